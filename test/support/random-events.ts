import fc from 'fast-check';

import { SOURCES } from '../../core/sources.ts';
import type { SocialEvent } from '../../core/social-event.ts';

const HASHTAGS = [
  'Cats',
  'dogs',
  '#Dogs',
  'ＮＢＡ',
  'nba',
  '猫',
  'música',
  '😀',
  '￼',
  'straße',
  'İstanbul',
  'a b',
  'x#y',
];
const TEXTS = [
  '',
  'The battery life of this phone is great',
  'terrible ticket prices again',
  'Me encanta la música en vivo',
  '🔥🔥🔥',
];
const TAGS = ['music', 'Sport News', 'cats with images'];

export interface RandomEventOptions {
  readonly seed: number;
  readonly count: number;
  /** Event times lie in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Part of every id, so that files do not meet in one deployment. */
  readonly name: string;
}

/** Seeded events with everything that makes a ranking hard: repetitions, observations in any order, deletes, ties. */
export function randomEvents({ seed, count, fromMs, toMs, name }: RandomEventOptions): SocialEvent[] {
  const event = fc
    .record({
      source: fc.constantFrom(...SOURCES),
      number: fc.nat(Math.ceil(count / 2)),
      // Often the same moment: then the hash decides which observation counts.
      observedAfterMs: fc.oneof(fc.constantFrom(0, 60_000), fc.nat(3_600_000)),
      isDelete: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
      hashtags: fc.array(fc.constantFrom(...HASHTAGS), { maxLength: 4 }),
      text: fc.constantFrom(...TEXTS),
      lang: fc.constantFrom('en', 'es', undefined),
      tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 }),
      category: fc.constantFrom('AskReddit', 'Tech', undefined),
      author: fc.constantFrom('a', 'b', 'c', undefined),
      metrics: fc.record(
        {
          replies: fc.nat(9),
          reposts: fc.nat(9),
          likes: fc.nat(1_000_000_000),
          score: fc.integer({ min: -50, max: 50 }),
          comments: fc.nat(9),
          rsvps: fc.nat(99),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ source, number, observedAfterMs, isDelete, author, lang, category, ...rest }): SocialEvent => {
      const id = `${source}:${name}-${number}`;
      // Created once and for all: the same in every observation of an id.
      const createdMs = fromMs + ((number * 7_919_777) % (toMs - fromMs));
      const times = {
        created_at: new Date(createdMs).toISOString(),
        observed_at: new Date(createdMs + observedAfterMs).toISOString(),
      };
      if (isDelete) return { v: 1, id, kind: 'delete', ...times };
      return {
        v: 1,
        id,
        source,
        kind: 'post',
        ...times,
        ...rest,
        mentions: [],
        urls: [],
        media: [],
        annotations: [],
        ...(lang && { lang }),
        ...(category && { category }),
        ...(author && { author: { id: author } }),
      };
    });
  const [events = []] = fc.sample(fc.array(event, { minLength: count, maxLength: count }), { seed, numRuns: 1 });
  return [...events, ...events.slice(0, Math.floor(count / 10))];
}
