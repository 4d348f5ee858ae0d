import type { Delete, Post, SocialEvent } from '../../core/social-event.ts';
import type { Source } from '../../core/sources.ts';
import type { Preset } from '../../presets/preset-schema.ts';
import { makePost } from './generator/post.ts';
import { seededRandom, type Random } from './generator/random.ts';
import { makeTrends, type Trend } from './generator/trend.ts';

export interface GeneratorOptions {
  readonly preset: Preset;
  readonly seed: number;
  /** When the first event is observed, epoch milliseconds. */
  readonly startMs: number;
  /** Events a second of simulated time. */
  readonly rate: number;
  /** Share of exact repetitions of an earlier event. */
  readonly duplicates: number;
  /** Share of new posts that were written minutes or hours before they are observed. */
  readonly late: number;
}

/** An event and the moment at which it is observed. */
export interface GeneratedEvent {
  readonly event: SocialEvent;
  readonly atMs: number;
}

/** How often each network is heard, beside the others. */
const SHARES: Readonly<Record<Source, number>> = {
  twitter: 55,
  reddit: 25,
  meetup: 5,
  bluesky: 25,
  mastodon: 10,
  hackernews: 8,
  wikimedia: 8,
};

const REMEMBERED = 500;
const OBSERVED_AGAIN = 0.25;
const EDITED = 0.005;
const DELETED = 0.01;
const SECOND_MS = 1_000;
const MAX_LATE_MINUTES = 46 * 60;

interface World {
  readonly options: GeneratorOptions;
  readonly random: Random;
  readonly trends: readonly Trend[];
  /** The latest posts, for others to answer and to be observed again. */
  readonly recent: Post[];
}

/**
 * Posts that look like real ones about the topics of a preset, without end: the same options give the same events, byte
 * for byte. A quarter are later observations of an earlier post, whose metrics have grown.
 */
export function* generate(options: GeneratorOptions): Generator<GeneratedEvent> {
  const random = seededRandom(options.seed);
  const world: World = { options, random, trends: makeTrends(options.preset, random), recent: [] };
  const past: SocialEvent[] = [];
  for (let i = 0; ; i++) {
    const atMs = options.startMs + Math.floor((i * SECOND_MS) / options.rate);
    const isRepeated = past.length > 0 && random.chance(options.duplicates);
    const event = isRepeated ? random.pick(past) : nextEvent(world, i, atMs);
    if (!isRepeated) remember(past, event);
    yield { event, atMs };
  }
}

function nextEvent(world: World, i: number, atMs: number): SocialEvent {
  const { random, recent } = world;
  if (recent.length > 20 && random.chance(DELETED)) return deleteOne(recent, random, atMs);
  if (recent.length > 20 && random.chance(OBSERVED_AGAIN)) return observeAgain(recent, random, atMs);
  const post = newPost(world, i, atMs);
  remember(recent, post);
  return post;
}

function newPost({ options, random, trends, recent }: World, i: number, atMs: number): Post {
  const source = random.weighted(options.preset.sources, (each) => SHARES[each]);
  const createdMs = atMs - (random.chance(options.late) ? latenessMs(random) : 50 + random.below(8 * SECOND_MS));
  const earlier = recent.length > 0 ? random.pick(recent) : undefined;
  return makePost({
    source,
    // The start keeps two runs of a seed apart.
    number: `${options.startMs.toString(36)}-${options.seed}-${i}`,
    createdMs,
    observedMs: atMs,
    trends,
    random,
    earlier: earlier?.source === source && earlier.kind === 'post' ? earlier : undefined,
  });
}

/** Mostly minutes, seldom many hours. */
function latenessMs(random: Random): number {
  return Math.floor(MAX_LATE_MINUTES ** random.next() * 60 * SECOND_MS);
}

function deleteOne(recent: Post[], random: Random, atMs: number): Delete {
  const [post] = recent.splice(random.below(recent.length), 1);
  if (post === undefined) throw new RangeError('there is no post to delete');
  return { v: 1, id: post.id, kind: 'delete', created_at: post.created_at, observed_at: new Date(atMs).toISOString() };
}

function observeAgain(recent: Post[], random: Random, atMs: number): Post {
  const place = random.below(recent.length);
  const post = recent[place];
  if (post === undefined) throw new RangeError('there is no post to observe');
  const isEdited = post.kind === 'post' && random.chance(EDITED);
  const again: Post = {
    ...post,
    observed_at: new Date(atMs).toISOString(),
    metrics: grown(post, random),
    ...(isEdited && { kind: 'edit', text: `${post.text} (edited)` }),
  };
  recent[place] = again;
  return again;
}

/** The better known the author, the faster the numbers grow. */
function grown({ metrics, author }: Post, random: Random): Post['metrics'] {
  const reach = Math.log10(10 + (author?.followers ?? 0));
  const more = (most: number): number => Math.floor(random.next() ** 2 * most * reach);
  const growth = {
    replies: more(2),
    reposts: more(3),
    likes: more(10),
    comments: more(5),
    score: more(12),
    rsvps: more(2),
  };
  return Object.fromEntries(
    Object.entries(growth).flatMap(([name, count]) => {
      const before = metrics[name];
      return typeof before === 'number' ? [[name, before + count]] : [];
    }),
  );
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > REMEMBERED) list.shift();
}
