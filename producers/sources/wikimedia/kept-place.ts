import type { Clock } from '../../network/network.ts';
import { rewoundTimeOf } from './place.ts';

/** Where a connection begins: after an event, else at a time, else now. */
export interface Listening {
  readonly lastId: string | undefined;
  /** Epoch milliseconds. */
  readonly sinceMs: number | undefined;
}

/** How far the stream was read; a server that refuses to go on there may be mistaken. */
export interface KeptPlace {
  /** The id of the last event that came; undefined without one. */
  id(): string | undefined;
  /** Where the next connection begins. After a refusal by the time of the place, after another by its id again. */
  next(): Listening;
  /** An event has come. @param id undefined if it has none */
  reached(id: string | undefined): void;
  /** The server does not know the place. Returns whether there was one, and whether it is kept. */
  refused(): 'kept' | 'lost' | 'none';
}

const MIN_REFUSALS = 5;
/** A server that is set up anew answers like that for a while. */
const MIN_REFUSED_MS = 5 * 60_000;

/** A place is lost after five refusals in a row that are spread over five minutes. */
export function keptPlace(id: string | undefined, { now }: Pick<Clock, 'now'>): KeptPlace {
  let lastId = id;
  let refusals = 0;
  let firstRefusedMs = 0;
  return {
    id: () => lastId,
    next() {
      const sinceMs = lastId === undefined || refusals % 2 === 0 ? undefined : rewoundTimeOf(lastId);
      return { lastId: sinceMs === undefined ? lastId : undefined, sinceMs };
    },
    reached(next) {
      refusals = 0;
      if (next !== undefined && next !== '') lastId = next;
    },
    refused() {
      if (lastId === undefined) return 'none';
      if (refusals === 0) firstRefusedMs = now();
      refusals += 1;
      if (refusals < MIN_REFUSALS || now() - firstRefusedMs < MIN_REFUSED_MS) return 'kept';
      lastId = undefined;
      return 'lost';
    },
  };
}
