import { LRUCache } from 'lru-cache';

import { backoff } from '../network/backoff.ts';
import { RateLimitedError, TransientError } from '../network/http.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { seconds } from '../network/poll.ts';
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
  const { clock, signal, resumeAfter, once, notify, count } = context;
  const startedUs = clock.now() * 1_000;
  const failing = backoff(clock);
  const progress: Progress = { reachedUs: numberOf(resumeAfter), seen: new LRUCache({ max: REMEMBERED }) };
  while (!signal.aborted) {
    let problem = 'Bluesky has closed the connection';
    try {
      for await (const received of connection(context, progress)) {
        failing.succeeded();
        yield received;
        if (once && (progress.reachedUs ?? 0) >= startedUs) return;
      }
    } catch (error) {
      problem = recover(error, progress, count);
    }
    if (signal.aborted) return;
    const waitMs = failing.failed();
    count('reconnects');
    notify(`${problem}; connecting again in ${seconds(waitMs)}.`);
    await clock.wait(waitMs, signal);
  }
}

/** What to tell of an error that passes. @throws any other */
function recover(error: unknown, progress: Progress, count: ReadContext['count']): string {
  if (error instanceof CursorTooOldError) {
    progress.reachedUs = undefined;
    count('gaps');
    return 'The last run was too long ago for Bluesky, which keeps 36 hours: what came between is lost';
  }
  if (error instanceof TransientError || error instanceof RateLimitedError) return error.message;
  throw error;
}

async function* connection(context: ReadContext, progress: Progress): AsyncGenerator<Received> {
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
      const payload = parse(frame);
      const timeUs = timeOf(payload);
      if (isFirst && timeUs !== undefined) tellGap(context, from, timeUs);
      isFirst &&= timeUs === undefined;
      if (timeUs !== undefined) progress.reachedUs = Math.max(progress.reachedUs ?? 0, timeUs);
      if (isRepeated(progress, payload, timeUs)) continue;
      yield { payload, ...(progress.reachedUs !== undefined && { cursor: String(progress.reachedUs) }) };
    }
  } finally {
    dog.end();
  }
  if (silent.signal.aborted) throw new TransientError(`Bluesky was silent for ${seconds(SILENCE_MS)}`);
}

function cursorOf(reachedUs: number | undefined): string {
  return reachedUs === undefined ? '' : `&cursor=${reachedUs - REWIND_US}`;
}

function tellGap({ count, notify }: ReadContext, fromUs: number | undefined, firstUs: number): void {
  if (fromUs === undefined || firstUs - fromUs < GAP_US) return;
  count('gaps');
  notify(`Bluesky goes on ${seconds((firstUs - fromUs) / 1_000)} later than it was read: what came between is lost.`);
}

/** A frame that is not JSON is handed on as the text it is, and rejected. */
function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
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
