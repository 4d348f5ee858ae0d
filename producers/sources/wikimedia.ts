import { LRUCache } from 'lru-cache';

import { backoff } from '../network/backoff.ts';
import { RateLimitedError, TransientError } from '../network/http.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { seconds } from '../network/poll.ts';
import { BrokenStreamError, PlaceRefusedError } from './wikimedia/connect.ts';
import { listen, type Listening } from './wikimedia/listen.ts';
import { outlineOf } from './wikimedia/outline.ts';
import { normaliseWikimedia } from './wikimedia/normalise.ts';
import { timeOfId } from './wikimedia/place.ts';

/** A connection that held so long has ended as they all do. */
const REGULAR_MS = 60_000;
/** There is an edit every second: a server that begins so much later than asked has lost what was before. */
const GAP_MS = 3_600_000;
const REMEMBERED = 20_000;

/** Wikimedia, read from the stream of its recent changes: every edit and new page of every wiki. */
export const wikimedia: Network = {
  read,
  normalise: normaliseWikimedia,
  flags: { bots: { type: 'boolean', about: 'reads what bots write, too.' } },
};

interface Progress extends Listening {
  /** Events that came lately: a connection begins a little before the last one ended. */
  readonly seen: LRUCache<string, true>;
}

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { clock, signal, resumeAfter, notify, count } = context;
  const failing = backoff(clock);
  const progress: Progress = { lastId: resumeAfter, sinceMs: undefined, seen: new LRUCache({ max: REMEMBERED }) };
  const startedMs = clock.now();
  while (!signal.aborted) {
    const connectedMs = clock.now();
    let problem: unknown;
    try {
      for await (const { received, timeMs } of connection(context, progress)) {
        failing.succeeded();
        if (received !== undefined) yield received;
        if (context.once && timeMs >= startedMs) return;
      }
    } catch (error) {
      problem = error;
    }
    if (signal.aborted) return;
    const waitMs = waitAfter(problem, failing.failed());
    count('reconnects');
    const isRegular = problem instanceof BrokenStreamError && clock.now() - connectedMs >= REGULAR_MS;
    if (problem instanceof PlaceRefusedError) leavePlace(context, progress);
    if (!isRegular) notify(`${messageOf(problem)}; connecting again in ${seconds(waitMs)}.`);
    await clock.wait(waitMs, signal);
  }
}

interface Step {
  /** Undefined for an event that is left out here. */
  readonly received: Received | undefined;
  /** When it happened, in epoch milliseconds; NaN if it does not say. */
  readonly timeMs: number;
}

async function* connection(context: ReadContext, progress: Progress): AsyncGenerator<Step> {
  const { flags, count } = context;
  const askedMs = progress.lastId === undefined ? progress.sinceMs : timeOfId(progress.lastId);
  let isFirst = true;
  for await (const { id, data } of listen(context, progress)) {
    const payload = parse(data);
    const { key, timeMs, isBot } = outlineOf(payload);
    if (isFirst) tellGap(context, askedMs, timeMs);
    isFirst = false;
    if (id !== undefined && id !== '') progress.lastId = id;
    const isRepeated = key !== undefined && progress.seen.has(key);
    if (key !== undefined) progress.seen.set(key, true);
    const isLeftOut = isBot && flags['bots'] !== true;
    if (isLeftOut && !isRepeated) count('edits of bots');
    const cursor = progress.lastId;
    const received = isRepeated || isLeftOut ? undefined : { payload, ...(cursor !== undefined && { cursor }) };
    yield { received, timeMs };
  }
}

/** Milliseconds to wait after an error. @throws the error if it does not pass */
function waitAfter(error: unknown, backoffMs: number): number {
  if (error instanceof RateLimitedError) return Math.max(backoffMs, error.retryAfterMs ?? 0);
  if (error instanceof TransientError) return backoffMs;
  throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The next connection asks for a time in place of the event, and the one after it for nothing. */
function leavePlace({ count, notify }: ReadContext, progress: Progress): void {
  if (progress.lastId === undefined && progress.sinceMs === undefined) return;
  progress.sinceMs = progress.lastId === undefined ? undefined : timeOfId(progress.lastId);
  progress.lastId = undefined;
  if (progress.sinceMs !== undefined) return;
  count('gaps');
  notify('Wikimedia does not know where the last run ended: what came since is lost.');
}

function tellGap({ count, notify }: ReadContext, askedMs: number | undefined, firstMs: number): void {
  if (askedMs === undefined || !(firstMs - askedMs >= GAP_MS)) return;
  count('gaps');
  notify(`Wikimedia goes on ${seconds(firstMs - askedMs)} later than it was read: what came between is lost.`);
}

/** Data that is not JSON is handed on as the text it is, and rejected. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
