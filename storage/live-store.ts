import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  QueryCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';

import type { MinuteRows, Observation } from '../core/aggregate.ts';
import type { Source } from '../core/sources.ts';
import type { Pause } from './backoff.ts';
import { RefusedRowError, TransientStoreError } from './errors.ts';
import { decodeLiveRow, livePartition, observationAttributes, type LiveRow } from './live-row.ts';

/** A row and the network whose table it belongs to. */
export interface AddressedRow {
  readonly source: Source;
  readonly row: LiveRow;
}

/** The live tables. */
export interface LiveStore {
  /** Stores rows; one that is there already stays the same. @throws RefusedRowError if one of them can never be stored, TransientStoreError if some were not taken */
  put(rows: readonly AddressedRow[]): Promise<void>;
  /** All rows of a minute, in no order, read consistently; `writeShards` partitions are looked at. */
  readMinute(source: Source, minute: string, writeShards: number): Promise<MinuteRows>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_SIZE = 25;
const MAX_ATTEMPTS = 8;

interface LiveStoreOptions {
  readonly documents: DynamoDBDocumentClient;
  readonly tableNames: Readonly<Record<Source, string>>;
  readonly pause: Pause;
}

/** The live tables in DynamoDB. */
export function liveStore({ documents, tableNames, pause }: LiveStoreOptions): LiveStore {
  return {
    async put(rows) {
      const distinct = new Map(rows.map((item) => [`${item.row.key_datetime} ${item.row.event_key}`, item]));
      const batches = batchesOf([...distinct.values()], BATCH_SIZE);
      await Promise.all(batches.map((batch) => writeBatch(documents, requestsOf(batch, tableNames), pause)));
    },
    async readMinute(source, minute, writeShards) {
      const partitions = Array.from({ length: writeShards }, (_, shard) => livePartition(minute, shard));
      const items = await Promise.all(
        partitions.map((partition) => queryPartition(documents, tableNames[source], partition, source)),
      );
      const decoded = items.flat().map(decodeLiveRow);
      const observations = decoded.filter((row): row is Observation => row !== undefined);
      return { source, minute, observations, rejected: decoded.length - observations.length };
    },
  };
}

type WriteRequests = Record<string, { PutRequest: { Item: LiveRow } }[]>;

function requestsOf(rows: readonly AddressedRow[], tableNames: Readonly<Record<Source, string>>): WriteRequests {
  const requests: WriteRequests = {};
  for (const { source, row } of rows) (requests[tableNames[source]] ??= []).push({ PutRequest: { Item: row } });
  return requests;
}

async function writeBatch(documents: DynamoDBDocumentClient, requests: WriteRequests, pause: Pause): Promise<void> {
  let pending: BatchRequests = requests;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { UnprocessedItems } = await send(documents, pending);
    if (UnprocessedItems === undefined || Object.keys(UnprocessedItems).length === 0) return;
    pending = UnprocessedItems;
    await pause(attempt);
  }
  throw new TransientStoreError(`DynamoDB left rows unprocessed after ${MAX_ATTEMPTS} attempts`);
}

type BatchRequests = NonNullable<BatchWriteCommandInput['RequestItems']>;

async function send(documents: DynamoDBDocumentClient, requests: BatchRequests): Promise<BatchWriteCommandOutput> {
  try {
    return await documents.send(new BatchWriteCommand({ RequestItems: requests }));
  } catch (error) {
    if (error instanceof DynamoDBServiceException && error.name === 'ValidationException')
      throw new RefusedRowError('DynamoDB refuses a row for what it is', { cause: error });
    throw error;
  }
}

async function queryPartition(
  documents: DynamoDBDocumentClient,
  tableName: string,
  partition: string,
  source: Source,
): Promise<unknown[]> {
  const attributes = observationAttributes(source);
  const items: unknown[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'key_datetime = :partition',
        ExpressionAttributeValues: { ':partition': partition },
        ProjectionExpression: attributes.map((_, i) => `#a${i}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(attributes.map((name, i) => [`#a${i}`, name])),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Cuts a list into pieces of at most `size`; `[]` for an empty one. */
function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
