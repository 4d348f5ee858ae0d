import { pMapIterable } from 'p-map';

import { TransientError } from '../../network/http.ts';
import type { HackerNews } from './api.ts';

const CONCURRENCY = 10;

/** An item as it was answered; `payload` is null for one that is not written yet. */
export interface FetchedItem {
  readonly id: number;
  readonly payload: unknown;
  /** Why it could not be had; it may be another time. */
  readonly failure?: TransientError;
}

/** Fetches items, several at a time, and delivers them in the order of the ids. @throws what else a fetch throws */
export async function* fetchItems(api: Pick<HackerNews, 'item'>, ids: Iterable<number>): AsyncGenerator<FetchedItem> {
  const ended = new AbortController();
  const fetchItem = async (id: number): Promise<FetchedItem> => {
    try {
      return { id, payload: await api.item(id, ended.signal) };
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return { id, payload: undefined, failure: error };
    }
  };
  try {
    yield* pMapIterable(ids, fetchItem, { concurrency: CONCURRENCY });
  } finally {
    // Those that were fetched ahead are nobody's business any more.
    ended.abort();
  }
}
