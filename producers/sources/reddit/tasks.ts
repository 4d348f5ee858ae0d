import { TransientError } from '../../network/http.ts';
import type { ReadContext, Received } from '../../network/network.ts';
import { type Marks, type Stream, STREAMS, writeCursor } from './cursor.ts';
import type { Delivered } from './delivered.ts';
import type { Listing } from './listings.ts';
import type { Rechecks } from './rechecks.ts';
import { type Page, POST_LISTINGS, type PostListing, type RedditClient, UnavailableError } from './reddit-client.ts';
import type { Subreddits } from './subreddits.ts';
import { readThing, type Thing } from './thing.ts';
import { walkBack } from './walk.ts';

/** Listings are cached for about two seconds. */
const STREAM_PAUSE_MS = 5_000;
const RANKING_PAUSE_MS = 5 * 60_000;
const RECHECK_PAUSE_MS = 15_000;
const CHECK_PAUSE_MS = 60 * 60_000;
const GAP_NOTICE_MS = 60 * 60_000;
/** So many requests are spent on looking again before the newest things have their turn. */
const RECHECK_BATCHES = 10;

/** Something to ask Reddit again and again. */
export interface Task {
  readonly run: () => AsyncIterable<Received>;
  readonly pauseMs: number;
  /** When it is to run next, in epoch milliseconds. */
  dueMs: number;
}

/** What the tasks share. */
export interface Reading {
  readonly context: Pick<ReadContext, 'clock' | 'notify' | 'count'>;
  readonly client: RedditClient;
  readonly subreddits: Subreddits;
  readonly marks: Marks;
  readonly delivered: Delivered;
  readonly rechecks: Rechecks;
  /** When a gap was last told, in epoch milliseconds. */
  readonly gapsToldMs: Map<Stream, number>;
}

/** The tasks of a producer, all due; in the order in which they run. */
export function tasksOf(reading: Reading, listings: ReadonlySet<Listing>): Task[] {
  const { subreddits, context } = reading;
  const dueMs = context.clock.now();
  // Comes last: a listing that is open is read before anybody asks which of its subreddits Reddit leaves out.
  const check: Task = { run: () => nothing(subreddits.check()), pauseMs: CHECK_PAUSE_MS, dueMs };
  const ofGroups = (run: (group: number) => AsyncIterable<Received>, pauseMs: number): Task[] =>
    subreddits.groups.map((_, group) => ({ run: () => whereOpen(() => run(group), check), pauseMs, dueMs }));
  const rankings = POST_LISTINGS.filter((listing) => listing !== 'new' && listings.has(listing));
  return [
    ...STREAMS.filter((stream) => listings.has(stream)).flatMap((stream) =>
      ofGroups((group) => readStream(reading, stream, group), STREAM_PAUSE_MS),
    ),
    ...rankings.flatMap((ranking) => ofGroups((group) => readRanking(reading, ranking, group), RANKING_PAUSE_MS)),
    { run: () => lookAgain(reading), pauseMs: RECHECK_PAUSE_MS, dueMs },
    check,
  ];
}

// oxlint-disable-next-line require-yield -- a task without things
async function* nothing(work: Promise<void>): AsyncGenerator<Received> {
  await work;
}

/** Where one subreddit of a group is closed, all of it is: which one has to be found out first. */
async function* whereOpen(run: () => AsyncIterable<Received>, check: Task): AsyncGenerator<Received> {
  try {
    yield* run();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    check.dueMs = -Infinity;
    throw new TransientError(`a subreddit cannot be read (${error.message})`, { cause: error });
  }
}

async function* readStream(reading: Reading, stream: Stream, group: number): AsyncGenerator<Received> {
  const { context, client, marks } = reading;
  const subreddits = openOf(reading, group);
  if (subreddits.length === 0) return;
  const ask = (after: string | undefined): Promise<Page> =>
    stream === 'new' ? client.listing('new', { subreddits, after }) : client.comments({ subreddits, after });
  const before = writeCursor(marks);
  const walk = await walkBack(ask, marks[stream][group], context.clock.now() / 1_000);
  if (walk.hasGap) tellGap(reading, stream);
  marks[stream][group] = walk.mark;
  const news = newsOf(reading, walk.things, 'without counts');
  const cursor = writeCursor(marks);
  for (const [i, { payload }] of news.entries()) yield { payload, ...(i === news.length - 1 && { cursor }) };
  if (news.length === 0 && walk.mark !== undefined && cursor !== before) yield { cursor };
}

/** Where more is written than Reddit shows, every walk has a gap: it is told now and then. */
function tellGap({ context, gapsToldMs }: Reading, stream: Stream): void {
  context.count('gaps');
  const nowMs = context.clock.now();
  if (nowMs - (gapsToldMs.get(stream) ?? -Infinity) < GAP_NOTICE_MS) return;
  gapsToldMs.set(stream, nowMs);
  context.notify(`Reddit shows 1,000 of ${stream} and no more, and more came since the last look: some are lost.`);
}

async function* readRanking(reading: Reading, ranking: PostListing, group: number): AsyncGenerator<Received> {
  const subreddits = openOf(reading, group);
  if (subreddits.length === 0) return;
  const { things } = await reading.client.listing(ranking, { subreddits });
  for (const { payload } of newsOf(reading, things.map(readThing), 'with counts')) yield { payload };
}

async function* lookAgain(reading: Reading): AsyncGenerator<Received> {
  const { context, client, rechecks } = reading;
  for (let batches = 0; batches < RECHECK_BATCHES; batches += 1) {
    const names = rechecks.due(context.clock.now());
    if (names.length === 0) return;
    const things = (await client.info(names)).map(readThing);
    const gone = new Set(things.filter(({ isGone }) => isGone).map(({ name }) => name));
    rechecks.done(names, gone, context.clock.now());
    for (const { payload } of newsOf(reading, things, 'with counts')) yield { payload };
  }
}

function openOf({ subreddits }: Reading, group: number): readonly string[] {
  return subreddits.readable(subreddits.groups[group] ?? []);
}

/** What of these is to be delivered; it is looked at again later. */
function newsOf(
  { context, delivered, rechecks }: Reading,
  things: readonly Thing[],
  how: Parameters<Delivered['isNews']>[1],
): Thing[] {
  const news = things.filter((thing) => delivered.isNews(thing, how));
  for (const thing of news) {
    const givenUp = rechecks.add(thing, context.clock.now());
    if (givenUp > 0) context.count('no more looked at again', givenUp);
  }
  return news;
}
