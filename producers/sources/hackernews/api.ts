import * as z from 'zod';

import { readJsonAnswer, TransientError } from '../../network/http.ts';
import { listOf } from '../../network/loose.ts';
import type { ReadContext } from '../../network/network.ts';

/** The questions that Hacker News answers (https://github.com/HackerNews/API). @throws what `readJsonAnswer` does */
export interface HackerNews {
  /** The greatest id so far. */
  maxItem(): Promise<number>;
  /** The ids of items that have changed lately. */
  updated(): Promise<number[]>;
  /** An item; null for one that is not written yet. */
  item(id: number, signal: AbortSignal): Promise<unknown>;
}

const API = { title: 'Hacker News', refused: 'set HACKERNEWS_API_URL to an address that anybody may read.' };

const MaxItemSchema = z.int().min(0);
const UpdatesSchema = z.object({ items: listOf(z.int().min(1)) });

/** Hacker News at the address of the context. */
export function hackerNews({
  addresses,
  http,
  signal,
}: Pick<ReadContext, 'addresses' | 'http' | 'signal'>): HackerNews {
  const ask = async (path: string, stop = signal): Promise<unknown> =>
    readJsonAnswer(await http({ url: `${addresses['HACKERNEWS_API_URL']}/v0/${path}.json` }, stop), API);
  return {
    maxItem: async () => checked(MaxItemSchema, await ask('maxitem'), 'no number of an item'),
    updated: async () => checked(UpdatesSchema, await ask('updates'), 'no list of changes').items,
    item: (id, stop) => ask(`item/${id}`, AbortSignal.any([signal, stop])),
  };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, instead: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new TransientError(`Hacker News answers something that is ${instead}`);
  return parsed.data;
}
