import { LRUCache } from 'lru-cache';

import { jsonOrText } from '../network/json.ts';
import type { Network, ReadContext, Received } from '../network/network.ts';
import { seconds } from '../network/poll.ts';
import { type Connections, reconnecting } from '../network/reconnecting.ts';
import { BrokenStreamError, PlaceRefusedError } from './wikimedia/connect.ts';
import { type KeptPlace, keptPlace } from './wikimedia/kept-place.ts';
import { listen } from './wikimedia/listen.ts';
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

interface Progress {
  readonly place: KeptPlace;
  /** When the last event happened, in epoch milliseconds; NaN if it does not say. */
  reachedMs: number;
  /** Events that came lately: a connection begins a little before the last one ended. */
  readonly seen: LRUCache<string, true>;
}

async function* read(context: ReadContext): AsyncGenerator<Received> {
  const { clock, resumeAfter, once } = context;
  const startedMs = clock.now();
  const place = keptPlace(resumeAfter, clock);
  const progress: Progress = { place, reachedMs: Number.NaN, seen: new LRUCache({ max: REMEMBERED }) };
  const connections: Connections = {
    connect: (onGood) => connection(context, progress, onGood),
    isOver: () => once && progress.reachedMs >= startedMs,
  };
  yield* reconnecting(connections, context);
}

async function* connection(context: ReadContext, progress: Progress, onGood: () => void): AsyncGenerator<Received> {
  const { clock } = context;
  const connectedMs = clock.now();
  try {
    for await (const received of events(context, progress)) {
      onGood();
      yield received;
    }
  } catch (error) {
    if (error instanceof BrokenStreamError && clock.now() - connectedMs >= REGULAR_MS) return;
    // A server that refuses a place is there: it is not what one round is given up for.
    if (error instanceof PlaceRefusedError && leavePlace(context, progress)) onGood();
    throw error;
  }
}

/** What comes over a connection; a cursor alone for what is left out here. */
async function* events(context: ReadContext, progress: Progress): AsyncGenerator<Received> {
  const { flags, count } = context;
  const { place, seen } = progress;
  const askedId = place.id();
  const askedMs = askedId === undefined ? undefined : timeOfId(askedId);
  let isFirst = true;
  for await (const { id, data } of listen(context, place.next())) {
    const payload = jsonOrText(data);
    const { key, timeMs, isBot } = outlineOf(payload);
    if (isFirst) tellGap(context, askedMs, timeMs);
    isFirst = false;
    place.reached(id);
    progress.reachedMs = timeMs;
    const isRepeated = key !== undefined && seen.has(key);
    if (key !== undefined) seen.set(key, true);
    const isLeftOut = isBot && flags['bots'] !== true;
    if (isLeftOut && !isRepeated) count('edits of bots');
    const cursor = place.id();
    yield { ...(!isRepeated && !isLeftOut && { payload }), ...(cursor !== undefined && { cursor }) };
  }
}

/** Returns whether there was a place. */
function leavePlace({ count, notify }: ReadContext, { place }: Progress): boolean {
  const outcome = place.refused();
  if (outcome === 'lost') {
    count('gaps');
    notify('Wikimedia does not know where the last run ended: what came since is lost.');
  }
  return outcome !== 'none';
}

function tellGap({ count, notify }: ReadContext, askedMs: number | undefined, firstMs: number): void {
  if (askedMs === undefined || !(firstMs - askedMs >= GAP_MS)) return;
  count('gaps');
  notify(`Wikimedia goes on ${seconds(firstMs - askedMs)} later than it was read: what came between is lost.`);
}
