import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseHashtags } from '../../../core/hashtags.ts';
import { validateEvent } from '../../../core/parse-event.ts';
import { scoreSentiment } from '../../../core/afinn.ts';
import { isDelete, type Post, type SocialEvent } from '../../../core/social-event.ts';
import { presetNamed } from '../../../presets/presets.ts';
import { generate, type GeneratedEvent, type GeneratorOptions } from '../../../producers/sources/generator.ts';

const START_MS = Date.UTC(2026, 10, 20, 12);
const OPTIONS: GeneratorOptions = {
  preset: presetNamed('trends'),
  seed: 11,
  startMs: START_MS,
  rate: 50,
  duplicates: 0,
  late: 0,
};

function take(count: number, options: Partial<GeneratorOptions> = {}): GeneratedEvent[] {
  return generate({ ...OPTIONS, ...options })
    .take(count)
    .toArray();
}

function posts(events: readonly GeneratedEvent[]): Post[] {
  return events.map(({ event }) => event).filter((event): event is Post => !isDelete(event));
}

test('the same seed and start give the same events, byte for byte', () => {
  expect(JSON.stringify(take(500))).toBe(JSON.stringify(take(500)));
});

test('another seed gives other events', () => {
  expect(JSON.stringify(take(50))).not.toBe(JSON.stringify(take(50, { seed: 12 })));
});

test('every event keeps the contract at the moment it is observed', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const broken = take(300, { seed, late: 0.3, duplicates: 0.1 }).filter(
        ({ event, atMs }) => !validateEvent(event, atMs).ok,
      );
      expect(broken).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test('moments follow each other at the rate', () => {
  expect(take(4, { rate: 2 }).map(({ atMs }) => atMs - START_MS)).toEqual([0, 500, 1_000, 1_500]);
});

test('hashtags are those of the text', () => {
  for (const post of posts(take(500))) expect(new Set(post.hashtags)).toEqual(new Set(parseHashtags(post.text)));
});

test('a post that is observed again keeps its id and time, and its numbers never shrink', () => {
  const byId = Map.groupBy(posts(take(3_000)), ({ id }) => id);
  const repeated = [...byId.values()].filter((observations) => observations.length > 1);

  expect(repeated.length).toBeGreaterThan(100);
  for (const observations of repeated)
    for (const [i, later] of observations.slice(1).entries()) {
      const earlier = observations[i];
      expect(later.created_at).toBe(earlier?.created_at);
      expect(later.metrics.likes ?? 0).toBeGreaterThanOrEqual(earlier?.metrics.likes ?? 0);
      expect(later.metrics.score ?? 0).toBeGreaterThanOrEqual(earlier?.metrics.score ?? 0);
    }
});

test('a delete is of a post that was there, with the time it was written', () => {
  const seen = new Map<string, SocialEvent>();
  const deletes = take(3_000).filter(({ event }) => {
    if (!isDelete(event)) seen.set(event.id, event);
    return isDelete(event);
  });

  expect(deletes.length).toBeGreaterThan(0);
  for (const { event } of deletes) expect(seen.get(event.id)?.created_at).toBe(event.created_at);
});

test('the share of exact repetitions is about what was asked for', () => {
  const texts = take(5_000, { duplicates: 0.2 }).map(({ event }) => JSON.stringify(event));
  const share = 1 - new Set(texts).size / texts.length;

  expect(share).toBeGreaterThan(0.16);
  expect(share).toBeLessThan(0.24);
});

test('the share of late posts is about what was asked for, and none is later than 47 hours', () => {
  const ages = take(5_000, { late: 0.2 }).flatMap(({ event, atMs }) =>
    isDelete(event) || event.observed_at !== new Date(atMs).toISOString() ? [] : [atMs - Date.parse(event.created_at)],
  );
  const late = ages.filter((age) => age > 60_000).length / ages.length;

  expect(Math.max(...ages)).toBeLessThan(47 * 3_600_000);
  expect(late).toBeGreaterThan(0.1);
});

test('what leads changes within ten minutes', () => {
  const perMinute = Map.groupBy(take(10 * 60 * 50), ({ atMs }) => Math.floor(atMs / 60_000));
  const leaders = [...perMinute.values()].map((events) => {
    const counts = Map.groupBy(
      posts(events).flatMap(({ hashtags }) => hashtags),
      (tag) => tag,
    );
    return [...counts].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0];
  });

  expect(new Set(leaders).size).toBeGreaterThan(3);
});

test('there is something true for every panel to show', () => {
  const all = posts(take(3_000));
  const moods = all.map(({ text, lang }) => scoreSentiment(text, lang)?.label);

  expect(new Set(all.map(({ source }) => source))).toEqual(new Set(OPTIONS.preset.sources));
  expect(new Set(all.map(({ lang }) => lang)).size).toBeGreaterThan(4);
  expect(new Set(moods)).toEqual(new Set(['positive', 'neutral', 'negative', undefined]));
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['post', 'comment', 'repost', 'event', 'edit']));
  expect(all.filter(({ place }) => place?.lat !== undefined).length).toBeGreaterThan(300);
  expect(all.filter(({ annotations }) => annotations.length > 0).length).toBeGreaterThan(50);
});
