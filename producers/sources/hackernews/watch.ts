import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { ReadContext, Received } from '../../network/network.ts';
import type { HackerNews } from './api.ts';
import { fetchItems, type FetchedItem } from './fetch-items.ts';

const ASK_EVERY_MS = 30_000;
/** An item is delivered again no earlier than that after the first time, then twice as long, and so on. */
const FIRST_INTERVAL_MS = 60_000;
const LONGEST_INTERVAL_MS = 3_600_000;
/** More than two days of Hacker News: for so long the windows take changes. */
const REMEMBERED = 50_000;

/** Follows items as their scores and comments change. */
export interface Watch {
  /** An item was delivered. */
  saw(item: FetchedItem): void;
  /** Delivers items that have been seen, have changed, and were not delivered for a while. */
  round(): AsyncGenerator<Received>;
}

interface Watched {
  readonly digest: string;
  readonly intervalMs: number;
  readonly dueMs: number;
}

export interface WatchDeps {
  readonly api: Pick<HackerNews, 'updated' | 'item'>;
  readonly clock: Pick<ReadContext['clock'], 'now'>;
  readonly count: ReadContext['count'];
  /** The last id of the run before, which has seen what is a little older; undefined for a first run. */
  readonly resumeAfter: number | undefined;
}

/** Makes one that has seen nothing but what the run before saw. */
export function watch({ api, clock, count, resumeAfter = 0 }: WatchDeps): Watch {
  const watched = new LRUCache<number, Watched>({ max: REMEMBERED });
  /** Ids that have changed since they were delivered. */
  const changed = new Set<number>();
  let askAtMs = 0;
  const keep = ({ id, payload }: FetchedItem, intervalMs: number): void =>
    void watched.set(id, { digest: digestOf(payload), intervalMs, dueMs: clock.now() + intervalMs });
  const wasSeen = (id: number): boolean => watched.has(id) || (id <= resumeAfter && id > resumeAfter - REMEMBERED);
  return {
    saw: (item) => keep(item, FIRST_INTERVAL_MS),
    async *round() {
      if (clock.now() < askAtMs) return;
      for (const id of await api.updated()) if (wasSeen(id)) changed.add(id);
      askAtMs = clock.now() + ASK_EVERY_MS;
      const due = [...changed].filter((id) => (watched.peek(id)?.dueMs ?? 0) <= clock.now());
      for await (const item of fetchItems(api, due)) {
        // It stays among those that have changed, and is asked for again.
        if (item.failure !== undefined) continue;
        changed.delete(item.id);
        const before = watched.get(item.id);
        if (item.payload === null || before?.digest === digestOf(item.payload)) continue;
        keep(item, before === undefined ? FIRST_INTERVAL_MS : Math.min(LONGEST_INTERVAL_MS, before.intervalMs * 2));
        count('seen again');
        yield { payload: item.payload };
      }
    },
  };
}

const CONTENT = ['score', 'descendants', 'title', 'text', 'url', 'deleted', 'dead'];

/** Names what an event says of an item; the ids of its comments are not in it. */
function digestOf(payload: unknown): string {
  const fields = CONTENT.map((name) => Reflect.get(Object(payload), name) ?? null);
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64');
}
