import type { ReadContext, Received } from '../../network/network.ts';
import type { HackerNews } from './api.ts';
import { fetchItems, type FetchedItem } from './fetch-items.ts';

/** A first run begins so many items back, so that there is something to see. */
const FIRST_ITEMS = 100;
/** An id without an item, or without an answer, after that long stays so. */
const PATIENCE_MS = 600_000;
/** With so many ids without items the walk waits for them. */
const MAX_MISSING = 1_000;

/** Goes from item to item, once each. */
export interface Walk {
  /** Delivers what has been written since the last round, in order. */
  round(): AsyncGenerator<Received>;
}

export interface WalkDeps {
  readonly api: Pick<HackerNews, 'maxItem' | 'item'>;
  readonly clock: Pick<ReadContext['clock'], 'now'>;
  readonly count: ReadContext['count'];
  /** The last id of the run before; undefined for a first run. */
  readonly resumeAfter: number | undefined;
  /** Told of every item before it is delivered. */
  readonly onItem: (item: FetchedItem) => void;
}

/**
 * Makes one. An id comes into being a little before its item (`null` until then): later items do not wait for it, but
 * the cursor does.
 */
export function walk({ api, clock, count, resumeAfter, onItem }: WalkDeps): Walk {
  let walkedTo = resumeAfter;
  /** When each id was first found without an item; ascending. */
  const missing = new Map<number, number>();
  const keepWaiting = (id: number): void => {
    const sinceMs = missing.get(id) ?? clock.now();
    missing.set(id, sinceMs);
    if (clock.now() - sinceMs < PATIENCE_MS) return;
    missing.delete(id);
    count('items never written');
  };
  let failing: { readonly id: number; readonly sinceMs: number } | undefined;
  /** Whether an item has failed for so long that the others need not wait for it any more. */
  const isHopeless = (id: number): boolean => {
    if (failing?.id !== id) failing = { id, sinceMs: clock.now() };
    return clock.now() - failing.sinceMs >= PATIENCE_MS;
  };
  return {
    async *round() {
      const max = await api.maxItem();
      walkedTo ??= Math.max(0, max - FIRST_ITEMS);
      for await (const item of fetchItems(api, nextIds(missing, walkedTo + 1, max))) {
        if (item.failure !== undefined) {
          if (!isHopeless(item.id)) throw item.failure;
          count('items that cannot be read');
          missing.delete(item.id);
        }
        walkedTo = Math.max(walkedTo, item.id);
        if (item.failure !== undefined) continue;
        if (item.payload === null) {
          keepWaiting(item.id);
          continue;
        }
        missing.delete(item.id);
        onItem(item);
        const [firstMissing = Infinity] = missing.keys();
        yield { payload: item.payload, cursor: String(Math.min(walkedTo, firstMissing - 1)) };
      }
    },
  };
}

function* nextIds(missing: ReadonlyMap<number, number>, first: number, last: number): Generator<number> {
  yield* missing.keys();
  for (let id = first; id <= last && missing.size < MAX_MISSING; id++) yield id;
}
