import type { Post, SocialEvent } from '../../core/social-event.ts';
import type { Source } from '../../core/sources.ts';
import type { Random } from '../../producers/sources/generator/random.ts';
import { makeDelete, makePost } from '../support/make-event.ts';

/** Something that a producer sends at a moment. */
export interface Shipment {
  readonly atMs: number;
  readonly data: SocialEvent;
}

/** A post that a producer sends at a moment. */
export interface PostShipment extends Shipment {
  readonly data: Post;
}

/** When the two stretches of activity begin, in epoch milliseconds. */
export interface Stretches {
  readonly startMs: number;
  readonly secondMs: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** How long each of the two stretches takes. */
export const STRETCH_MS = 11 * MINUTE_MS;

const SOURCES: readonly Source[] = ['twitter', 'reddit', 'meetup', 'bluesky'];
const HASHTAGS = ['Cats', 'dogs', 'ＮＢＡ', 'nba', '猫', '😀', 'música', 'x1', 'x2', 'x3'];
const TEXTS = ['', 'The battery life is great', 'terrible ticket prices', '🔥🔥'];

/** A random moment of one of the stretches. */
export function momentIn(random: Random, { startMs, secondMs }: Stretches): number {
  return (random.chance(0.6) ? startMs : secondMs) + random.below(STRETCH_MS);
}

/**
 * Observations of a few posts: early, late, much too late, repeated, out of order, deleted, changed. Most posts are of
 * a few minutes, so that several functions are at the same minute at once. In the order in which they are sent.
 */
export function drawShipments(random: Random, stretches: Stretches): Shipment[] {
  const sources = SOURCES.slice(0, 1 + random.below(SOURCES.length));
  const busyMinutes = Array.from({ length: 1 + random.below(4) }, () => floorToMinute(momentIn(random, stretches)));
  const posts = Array.from({ length: 12 + random.below(24) }, (_, i): DrawnPost => {
    const source = random.pick(sources);
    const createdMs = random.chance(0.6)
      ? random.pick(busyMinutes) + random.below(MINUTE_MS)
      : oldMoment(random, stretches);
    return { source, id: `${source}:${i}`, createdMs };
  });
  return posts.flatMap((post) => drawObservations(random, post, stretches)).toSorted((a, b) => a.atMs - b.atMs);
}

/**
 * Posts that arrive at about the moment at which their minute accepts no more. Each of a keyword that no other has; seen
 * once, and never deleted. In the order in which they are sent.
 */
export function drawLastMoments(random: Random, stretches: Stretches, lateHours: number): PostShipment[] {
  const shipments = Array.from({ length: random.below(8) }, (_, i): PostShipment => {
    const source = random.pick(SOURCES);
    const closesMs = floorToMinute(stretches.secondMs + random.below(STRETCH_MS));
    const createdMs = closesMs - lateHours * HOUR_MS + random.below(MINUTE_MS);
    const atMs = closesMs - random.below(MINUTE_MS) + random.below(20_000);
    const times = { created_at: new Date(createdMs).toISOString(), observed_at: new Date(atMs).toISOString() };
    return { atMs, data: makePost({ id: `${source}:last-${i}`, source, ...times, hashtags: [`last${i}`] }) };
  });
  return shipments.toSorted((a, b) => a.atMs - b.atMs);
}

function floorToMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

function oldMoment(random: Random, stretches: Stretches): number {
  const kind = random.next();
  if (kind < 0.6) return momentIn(random, stretches) - random.below(2 * MINUTE_MS);
  if (kind < 0.9) return momentIn(random, stretches) - random.below(8 * HOUR_MS);
  // Too late by far, so that no delay of the run decides which side it is on.
  return stretches.startMs - 60 * HOUR_MS;
}

interface DrawnPost {
  readonly source: Source;
  readonly id: string;
  readonly createdMs: number;
}

function drawObservations(random: Random, post: DrawnPost, stretches: Stretches): Shipment[] {
  const shipments: Shipment[] = [];
  const seen = new Set<number>();
  const count = 1 + random.below(4);
  for (let n = 0; n < count; n++) {
    let observedMs = Math.max(post.createdMs, momentIn(random, stretches));
    // Of two observations at the same moment a hash decides, which no other computation knows.
    while (seen.has(observedMs)) observedMs += 1;
    seen.add(observedMs);
    const data = drawEvent(random, post, observedMs);
    const atMs = observedMs + random.below(90_000);
    shipments.push({ atMs, data });
    // The same again, within the minute or hours later.
    if (random.chance(0.2)) shipments.push({ atMs: Math.max(atMs, momentIn(random, stretches)), data });
  }
  return shipments;
}

function drawEvent(random: Random, { source, id, createdMs }: DrawnPost, observedMs: number): SocialEvent {
  const times = {
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(observedMs).toISOString(),
  };
  if (random.chance(0.1)) return makeDelete({ id, ...times });
  return makePost({
    id,
    source,
    ...times,
    kind: random.chance(0.1) ? 'edit' : 'post',
    text: random.pick(TEXTS),
    lang: random.chance(0.5) ? 'en' : 'es',
    hashtags: Array.from({ length: random.below(4) }, () => random.pick(HASHTAGS)),
    tags: random.chance(0.4) ? ['music'] : [],
    ...(random.chance(0.4) && { category: random.pick(['Tech', 'AskReddit', 'Cooking']) }),
    ...(random.chance(0.7) && { author: { id: random.pick(['a', 'b', 'c']) } }),
    metrics: {
      ...(random.chance(0.7) && { likes: random.below(1_000_000_000) }),
      ...(random.chance(0.5) && { replies: random.below(9) }),
      ...(random.chance(0.5) && { score: random.below(100) - 50 }),
    },
  });
}
