import { LRUCache } from 'lru-cache';

import { TransientError } from '../network/http.ts';
import { jsonOrText } from '../network/json.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { seconds } from '../network/poll.ts';
import { type Connections, reconnecting } from '../network/reconnecting.ts';
import { watchdog } from '../network/watchdog.ts';
import { connectSocket, CursorTooOldError } from './bluesky/connect.ts';
import { normaliseBluesky } from './bluesky/normalise.ts';

/** A cursor is a time: what came just before it may not have been passed on in order. */
const REWIND_US = 5_000_000;
/** The server pings every 30 s. */
const SILENCE_MS = 60_000;
/** A server that begins so much later than asked has lost what was before. */
const GAP_US = 60_000_000;
const REMEMBERED = 20_000;

/** Bluesky, read from Jetstream: every post, edit and delete, from where the last run was stored. */
export const bluesky: Network = { read, normalise: normaliseBluesky };

interface Progress {
  /** The latest time that was delivered, in microseconds since 1970; undefined before the first. */
  reachedUs: number | undefined;
  /** Messages that came lately: a connection begins a little before the last one ended. */
  readonly seen: LRUCache<string, true>;
}

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { clock, resumeAfter, once } = context;
  const startedUs = clock.now() * 1_000;
  const progress: Progress = { reachedUs: numberOf(resumeAfter), seen: new LRUCache({ max: REMEMBERED }) };
  const connections: Connections = {
    connect: (onGood) => resumable(connection(context, progress, onGood), progress, context.count),
    isOver: () => once && (progress.reachedUs ?? 0) >= startedUs,
  };
  yield* reconnecting(connections, context);
}

/** A connection whose cursor is too old begins anew with the next one. */
async function* resumable(
  events: AsyncIterable<Received>,
  progress: Progress,
  count: ReadContext['count'],
): AsyncGenerator<Received> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof CursorTooOldError)) throw error;
    progress.reachedUs = undefined;
    count('gaps');
    throw new TransientError(
      'The last run was too long ago for Bluesky, which keeps 36 hours: what came between is lost',
      { cause: error },
    );
  }
}

async function* connection(context: ReadContext, progress: Progress, onGood: () => void): AsyncGenerator<Received> {
  const { addresses, userAgent, clock, signal } = context;
  const silent = new AbortController();
  const dog = watchdog(clock, SILENCE_MS, { signal, onSilence: () => silent.abort() });
  const from = progress.reachedUs;
  let isFirst = true;
  try {
    const frames = connectSocket({
      url: `${addresses['BLUESKY_JETSTREAM_URL']}/subscribe?wantedCollections=app.bsky.feed.post${cursorOf(from)}`,
      userAgent,
      signal: AbortSignal.any([signal, silent.signal]),
      onAlive: () => dog.seen(),
    });
    for await (const frame of frames) {
      const payload = jsonOrText(frame);
      const timeUs = timeOf(payload);
      if (isFirst && timeUs !== undefined) tellGap(context, from, timeUs);
      isFirst &&= timeUs === undefined;
      if (timeUs !== undefined) progress.reachedUs = Math.max(progress.reachedUs ?? 0, timeUs);
      if (isRepeated(progress, payload, timeUs)) continue;
      onGood();
      yield { payload, ...(progress.reachedUs !== undefined && { cursor: String(progress.reachedUs) }) };
    }
  } finally {
    dog.end();
  }
  const problem = silent.signal.aborted ? `was silent for ${seconds(SILENCE_MS)}` : 'has closed the connection';
  throw new TransientError(`Bluesky ${problem}`);
}

function cursorOf(reachedUs: number | undefined): string {
  return reachedUs === undefined ? '' : `&cursor=${reachedUs - REWIND_US}`;
}

function tellGap({ count, notify }: ReadContext, fromUs: number | undefined, firstUs: number): void {
  if (fromUs === undefined || firstUs - fromUs < GAP_US) return;
  count('gaps');
  notify(`Bluesky goes on ${seconds((firstUs - fromUs) / 1_000)} later than it was read: what came between is lost.`);
}

function timeOf(payload: unknown): number | undefined {
  const time = typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'time_us') : undefined;
  return typeof time === 'number' && Number.isSafeInteger(time) ? time : undefined;
}

function isRepeated({ seen }: Progress, payload: unknown, timeUs: number | undefined): boolean {
  if (timeUs === undefined) return false;
  const key = `${timeUs} ${String(Reflect.get(Object(payload), 'did'))}`;
  if (seen.has(key)) return true;
  seen.set(key, true);
  return false;
}

function numberOf(cursor: string | undefined): number | undefined {
  const number = Number(cursor ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}
