import { pMapIterable } from 'p-map';

import type { HackerNews } from './api.ts';

const CONCURRENCY = 10;

/** An item as it was answered; `payload` is null for one that is not written yet. */
export interface FetchedItem {
  readonly id: number;
  readonly payload: unknown;
}

/** Fetches items, several at a time, and delivers them in the order of the ids. @throws what a fetch throws */
export async function* fetchItems(api: Pick<HackerNews, 'item'>, ids: Iterable<number>): AsyncGenerator<FetchedItem> {
  const ended = new AbortController();
  const fetchItem = async (id: number): Promise<FetchedItem> => ({ id, payload: await api.item(id, ended.signal) });
  try {
    yield* pMapIterable(ids, fetchItem, { concurrency: CONCURRENCY });
  } finally {
    // Those that were fetched ahead are nobody's business any more.
    ended.abort();
  }
}
