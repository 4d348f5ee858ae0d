import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import * as z from 'zod';

import type { Source } from '../core/sources.ts';
import type { Pause } from './backoff.ts';
import { TransientStoreError } from './errors.ts';
import type { LiveRowKey } from './live-row.ts';

/**
 * Says which rows of a live table are there.
 * @returns the `event_key`s of those that are
 * @throws TransientStoreError if the table did not say it of all
 */
export type FindLiveRows = (source: Source, keys: readonly LiveRowKey[]) => Promise<ReadonlySet<string>>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const BATCH_SIZE = 100;
const CONCURRENCY = 8;
const MAX_ATTEMPTS = 8;

const KeySchema = z.object({ key_datetime: z.string(), event_key: z.string() });

export interface FindLiveRowsOptions {
  readonly documents: DynamoDBDocumentClient;
  readonly tableNames: Readonly<Record<Source, string>>;
  readonly pause: Pause;
}

/** Looks rows up by their keys, read consistently; nothing but keys is read back. */
export function findLiveRowsIn({ documents, tableNames, pause }: FindLiveRowsOptions): FindLiveRows {
  return async (source, keys) => {
    // A key may be asked for only once.
    const distinct = [...new Map(keys.map((key) => [`${key.key_datetime} ${key.event_key}`, key])).values()];
    const batches = Array.from({ length: Math.ceil(distinct.length / BATCH_SIZE) }, (_, i) =>
      distinct.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
    );
    const found = await pMap(batches, (batch) => findBatch({ documents, pause }, tableNames[source], batch), {
      concurrency: CONCURRENCY,
    });
    return new Set(found.flat());
  };
}

async function findBatch(
  { documents, pause }: Pick<FindLiveRowsOptions, 'documents' | 'pause'>,
  table: string,
  keys: readonly LiveRowKey[],
): Promise<string[]> {
  const found: string[] = [];
  let pending: readonly LiveRowKey[] = keys;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { Responses = {}, UnprocessedKeys = {} } = await documents.send(
      new BatchGetCommand({
        RequestItems: {
          [table]: {
            Keys: pending.map(({ key_datetime, event_key }) => ({ key_datetime, event_key })),
            ConsistentRead: true,
            ProjectionExpression: 'key_datetime, event_key',
          },
        },
      }),
    );
    found.push(
      ...z
        .array(KeySchema)
        .parse(Responses[table] ?? [])
        .map(({ event_key }) => event_key),
    );
    pending = z.array(KeySchema).parse(UnprocessedKeys[table]?.Keys ?? []);
    if (pending.length === 0) return found;
    await pause(attempt);
  }
  throw new TransientStoreError(`DynamoDB left keys unprocessed after ${MAX_ATTEMPTS} attempts`);
}
