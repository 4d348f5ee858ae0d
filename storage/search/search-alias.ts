import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { TransientStoreError } from '../errors.ts';
import { answerOf } from './search-errors.ts';

/** Whether the server has looked everywhere, which every answer says. */
const CompletenessSchema = z.object({ timed_out: z.boolean(), _shards: z.object({ failed: z.int() }) });

export interface SearchPlace {
  readonly client: Client;
  readonly alias: string;
  /** What is asked for, as a sentence begins. */
  readonly what: string;
}

/**
 * Asks all indices behind an alias, or none where there is none yet.
 * @param schema of what is read from the answer
 * @throws TransientStoreError where a part of the index does not answer: half of the posts are no answer;
 * SearchRefusedError where the server refuses
 */
export async function searchAlias<T>({ client, alias, what }: SearchPlace, body: object, schema: z.ZodType<T>) {
  // An alias comes with its first index.
  const request = client.search({ index: alias, body, ignore_unavailable: true });
  return completeAnswer(what, await answerOf(what, request), schema);
}

/** Parses an answer of `_search`. @throws TransientStoreError where it is of a part of the index only */
export function completeAnswer<T>(what: string, answer: unknown, schema: z.ZodType<T>): T {
  const { timed_out, _shards } = CompletenessSchema.parse(answer);
  if (timed_out || _shards.failed > 0) throw new TransientStoreError(`${what}: a part of the index does not answer`);
  return schema.parse(answer);
}
