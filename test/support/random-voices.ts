import fc from 'fast-check';

import type { Post, SocialEvent } from '../../core/social-event.ts';
import type { Source } from '../../core/sources.ts';
import { makeDelete, makePost } from './make-event.ts';

const VOICE_SOURCES = ['twitter', 'reddit', 'bluesky'] as const;
const TOPICS = ['nba', 'Lakers', 'música', 'no posts but few'] as const;
const MONTHS_FROM_MS = Date.parse('2026-08-01T00:00:00.000Z');
const MONTHS_MS = 110 * 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Seeded posts over four months by a few hundred authors: the same ids and handles on several networks, posts without an
 * author, authors whose followers nobody knows, whose followers change, several topics for a post, posts seen again,
 * deletes, in no order.
 */
export function randomVoices(seed: number, count: number): SocialEvent[] {
  const event = fc
    .record({
      source: fc.constantFrom(...VOICE_SOURCES),
      number: fc.nat(Math.ceil(count * 0.8)),
      author: fc.oneof({ weight: 9, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(undefined) }),
      followers: fc.oneof(fc.nat(1_000_000_000), fc.constantFrom(0, 7, undefined)),
      // Few moments, so that authors are seen with several numbers at once.
      observedAfterHours: fc.nat(3),
      likes: fc.oneof(fc.nat(1_000_000_000), fc.constant(undefined)),
      score: fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(undefined)),
      tags: fc.uniqueArray(fc.constantFrom(...TOPICS), { maxLength: 3 }),
      isDelete: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    })
    .map(eventOf);
  const [events = []] = fc.sample(fc.array(event, { minLength: count, maxLength: count }), { seed, numRuns: 1 });
  return events;
}

function eventOf(drawn: {
  source: Source;
  number: number;
  author: number | undefined;
  followers: number | undefined;
  observedAfterHours: number;
  likes: number | undefined;
  score: number | undefined;
  tags: string[];
  isDelete: boolean;
}): SocialEvent {
  const { source, number, author, followers, observedAfterHours, likes, score, tags, isDelete } = drawn;
  const createdMs = MONTHS_FROM_MS + ((number * 7_919_777) % MONTHS_MS);
  const observedMs = Math.ceil((createdMs + 1) / (24 * HOUR_MS)) * 24 * HOUR_MS + observedAfterHours * HOUR_MS;
  const event = {
    id: `${source}:${number}`,
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(observedMs).toISOString(),
  };
  if (isDelete) return makeDelete(event);
  const metrics = { ...(likes !== undefined && { likes }), ...(score !== undefined && { score }) };
  return makePost({ ...event, source, metrics, tags, ...(author !== undefined && authorOf(author, followers)) });
}

/** Every seventh author has no known followers, every third no handle. */
function authorOf(number: number, followers: number | undefined): Pick<Post, 'author'> {
  const isKnown = followers !== undefined && number % 7 > 0;
  return {
    author: {
      id: `u${number}`,
      ...(number % 3 > 0 && { handle: `Handle${number % 50}` }),
      ...(isKnown && { followers }),
    },
  };
}
