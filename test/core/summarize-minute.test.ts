import { describe, expect, test } from 'vitest';

import { addSummary, emptyWindow, summarizeMinute, type Observation } from '../../core/aggregate.ts';
import { formatMillionths } from '../../core/event-score.ts';
import type { Source } from '../../core/sources.ts';
import { makeObservation } from '../support/make-event.ts';
import { makeSettings } from '../support/make-settings.ts';

const MINUTE = '2026-11-20T17:38';
const EARLIER = '2026-11-20T17:39:00.000Z';
const LATER = '2026-11-20T17:40:00.000Z';
const { weights } = makeSettings();

function summarize(observations: readonly Observation[], source: Source = 'twitter') {
  return summarizeMinute({ source, minute: MINUTE, observations, rejected: 0 }, weights[source]);
}

function cellOf(observations: readonly Observation[], keyword = 'cats', source: Source = 'twitter') {
  return summarize(observations, source).categories.get(`source:${source}`)?.keywords.get(keyword);
}

describe('of the observations of a post', () => {
  test('only the latest counts, whatever it says and in whatever order they come', () => {
    const earlier = makeObservation({ observedAt: EARLIER, keywords: ['cats', 'dogs'], metrics: { likes: 9 } });
    const later = makeObservation({ observedAt: LATER, keywords: ['cats'], metrics: { likes: 1 } });

    for (const observations of [
      [earlier, later],
      [later, earlier],
    ]) {
      const summary = summarize(observations);

      expect(summary.totals).toEqual({ events: 1, deleted: 0, replaced: 1, rejected: 0 });
      expect(cellOf(observations)).toMatchObject({ score: 1_300_000n, mentions: 1 });
      expect(cellOf(observations, 'dogs')).toBeUndefined();
    }
  });

  test.each([
    ['a later delete removes it', EARLIER, LATER, 0],
    ['a delete of the same moment removes it', LATER, LATER, 0],
    ['an earlier delete is replaced', LATER, EARLIER, 1],
  ])('%s', (_case, postAt, deleteAt, events) => {
    const post = makeObservation({ observedAt: postAt, keywords: ['cats'], hash: 'f'.repeat(16) });
    const gone = makeObservation({ observedAt: deleteAt, isDelete: true });

    const { totals, categories } = summarize([gone, post]);

    expect(totals).toEqual({ events, deleted: 1 - events, replaced: 1, rejected: 0 });
    expect(categories.size).toBe(events);
  });

  test('of the same moment the greatest hash counts', () => {
    const [low, high] = ['0', 'f'].map((digit) =>
      makeObservation({ hash: digit.repeat(16), keywords: [digit === 'f' ? 'cats' : 'dogs'] }),
    );

    expect(cellOf([high, low].flatMap((o) => o ?? []))).toMatchObject({ mentions: 1 });
  });

  test('S0-17: copies of one change nothing', () => {
    const observation = makeObservation({ keywords: ['cats'], metrics: { likes: 2 } });

    expect(summarize(Array.from({ length: 1_000 }, () => observation))).toEqual(summarize([observation]));
  });
});

describe('a keyword', () => {
  test('S0-16: of two meetup events in one minute counts both', () => {
    const events = ['meetup:1', 'meetup:2'].map((id) =>
      makeObservation({ id, keywords: ['cats'], metrics: { rsvps: 5 } }),
    );

    expect(cellOf(events, 'cats', 'meetup')).toMatchObject({ mentions: 2, score: 3_000_000n });
  });

  test('S0-20: of reddit and twitter in one minute adds up', () => {
    const window = emptyWindow();
    const tweet = makeObservation({ keywords: ['cats'], metrics: { likes: 1 } });
    const submission = makeObservation({ id: 'reddit:1', keywords: ['cats'], metrics: { score: 10 } });

    addSummary(window, summarize([submission], 'reddit'));
    addSummary(window, summarize([tweet], 'twitter'));

    const cell = window.categories.get('all')?.keywords.get('cats');
    expect(formatMillionths(cell?.score ?? 0n)).toBe('10.3');
    expect(cell?.sources).toEqual(
      new Map([
        ['reddit', 1],
        ['twitter', 1],
      ]),
    );
  });

  test('counts once for an event that names it twice, in a category that its tags name twice', () => {
    const summary = summarize([makeObservation({ keywords: ['cats', 'cats'], tags: ['music', 'Music'] })]);

    expect(summary.categories.get('tag:music')?.keywords.get('cats')).toMatchObject({ mentions: 1, score: 1_000_000n });
    expect(summary.categories.get('tag:music')?.total).toMatchObject({ mentions: 1 });
  });

  test('S0-15: is counted in the category of the meetup', () => {
    const summary = summarize([makeObservation({ id: 'meetup:1', keywords: ['cats'], category: 'Tech' })], 'meetup');

    expect([...summary.categories.keys()].toSorted()).toEqual(['category:meetup/tech', 'source:meetup']);
  });

  test('keeps fractions: ten posts of 0.3 likes are three, where the seed had none', () => {
    const posts = Array.from({ length: 10 }, (_, i) =>
      makeObservation({ id: `twitter:${i}`, keywords: ['cats'], metrics: { likes: 1 } }),
    );
    const summary = summarizeMinute(
      { source: 'twitter', minute: MINUTE, observations: posts, rejected: 0 },
      { likes: 300_000, mention: 0 },
    );

    expect(summary.categories.get('source:twitter')?.keywords.get('cats')?.score).toBe(3_000_000n);
  });

  test('counts an author once, and nobody for posts without one', () => {
    const posts = ['a', 'a', 'b', undefined].map((author, i) =>
      makeObservation({ id: `twitter:${i}`, keywords: ['cats'], author }),
    );

    expect(cellOf(posts)?.authors).toEqual(new Set(['a', 'b']));
  });

  test('sums sentiment in ten-thousandths over the posts that have one', () => {
    const sentiments = [
      { score: 0.1, label: 'positive' },
      { score: 0.2, label: 'positive' },
      { score: -0.8519, label: 'negative' },
      { score: 0, label: 'neutral' },
      undefined,
    ] as const;
    const posts = sentiments.map((sentiment, i) =>
      makeObservation({ id: `twitter:${i}`, keywords: ['cats'], sentiment }),
    );

    expect(cellOf(posts)).toMatchObject({ mentions: 5, sentiment: -5_519, positive: 2, neutral: 1, negative: 1 });
  });
});

describe('a minute', () => {
  test('counts posts without keywords in its totals', () => {
    const summary = summarize([makeObservation()]);

    expect(summary.totals.events).toBe(1);
    expect(summary.categories.get('source:twitter')).toMatchObject({ total: { mentions: 1 }, keywords: new Map() });
  });

  test('says how many rows could not be read', () => {
    const rows = { source: 'twitter', minute: MINUTE, observations: [], rejected: 3 } as const;

    expect(summarizeMinute(rows, {})).toEqual({
      source: 'twitter',
      minute: MINUTE,
      totals: { events: 0, deleted: 0, replaced: 0, rejected: 3 },
      categories: new Map(),
    });
  });
});
