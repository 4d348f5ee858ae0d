import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import type { AfterKey } from '../../core/search/author-queries.ts';
import { completeAnswer } from './search-alias.ts';
import { answerOf, SearchRefusedError } from './search-errors.ts';

/** How long the server keeps it between two questions. */
const KEEP_ALIVE = '2m';

/** Asks for something as the index stood at one moment. */
export type AskMoment = <T>(body: object, schema: z.ZodType<T>) => Promise<T>;

const PitSchema = z.object({ pit_id: z.string(), _shards: z.object({ failed: z.int() }) });

/**
 * Asks several questions of one state of the index, so that their answers belong together while posts arrive.
 * @param what is asked for, as a sentence begins
 * @returns undefined where there is no index yet
 * @throws TransientStoreError, SearchRefusedError
 */
export async function atOneMoment<T>(
  { client, alias, what }: { readonly client: Client; readonly alias: string; readonly what: string },
  run: (ask: AskMoment) => Promise<T>,
): Promise<T | undefined> {
  const id = await openMoment(client, alias, what);
  if (id === undefined) return undefined;
  try {
    return await run(async (body, schema) => {
      const request = client.search({ body: { ...body, pit: { id, keep_alive: KEEP_ALIVE } } });
      return completeAnswer(what, await answerOf(what, request), schema);
    });
  } finally {
    // What is not closed goes by itself; a failure of that must not hide another one.
    await client.deletePit({ body: { pit_id: [id] } }).catch(() => undefined);
  }
}

async function openMoment(client: Client, alias: string, what: string): Promise<string | undefined> {
  try {
    const answer = await answerOf(what, client.createPit({ index: [alias], keep_alive: KEEP_ALIVE }));
    return PitSchema.parse(answer).pit_id;
  } catch (error) {
    if (error instanceof SearchRefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/** One page of groups; `after_key` is absent behind the last one. */
interface GroupPage<B> {
  readonly aggregations?:
    | { readonly groups: { readonly after_key?: AfterKey | undefined; readonly buckets: readonly B[] } }
    | undefined;
}

/** The schema of a page of groups. @param bucket of one group */
export function groupPageSchema<B>(bucket: z.ZodType<B>) {
  const groups = z.object({ after_key: z.record(z.string(), z.unknown()).optional(), buckets: z.array(bucket) });
  return z.object({ aggregations: z.object({ groups }).optional() });
}

/** Every group, page by page; only one page is held. */
export async function* walkGroups<P extends GroupPage<unknown>>(
  ask: AskMoment,
  bodyOf: (after: AfterKey | undefined) => object,
  schema: z.ZodType<P>,
): AsyncGenerator<P> {
  let after: AfterKey | undefined;
  do {
    const page = await ask(bodyOf(after), schema);
    yield page;
    after = page.aggregations?.groups.after_key;
  } while (after !== undefined);
}
