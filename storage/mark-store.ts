import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, QueryCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import * as z from 'zod';

import type { Source } from '../core/sources.ts';
import type { WindowName } from '../core/windows.ts';

/** What is marked: a minute of a live table (key `2026-11-20T17:38#0`, with its write shard) or a window (its key). */
export interface MarkName {
  readonly window: `live#${Source}` | WindowName;
  readonly key: string;
}

/**
 * A note that something changed and is not aggregated yet. Every addition gives it a new `last`, which is how a reader
 * removes exactly what it has read. None is ever used twice: a mark that was removed and added again is a different one.
 */
export interface Mark extends MarkName {
  /** When it was added first, by the clock of the one who did, in epoch milliseconds; 0 = not known. */
  readonly addedAtMs: number;
  readonly last: string;
}

export interface MarkStore {
  /** Adds each mark, or gives the one that is there a new `last`. Adding too often is harmless. */
  add(names: readonly MarkName[]): Promise<void>;
  /** Marks whose key is in [fromKey, toKey], in order of key, read consistently; without bounds all. */
  list(window: MarkName['window'], range?: { readonly fromKey: string; readonly toKey: string }): Promise<Mark[]>;
  /** Removes a mark as it was read; false if it has been added to, or removed, since. */
  remove(mark: Mark): Promise<boolean>;
}

const CONCURRENCY = 16;

const ItemSchema = z
  .object({ key: z.string(), last: z.string(), added_at_ms: z.number().default(0) })
  .transform(({ added_at_ms: addedAtMs, ...mark }) => ({ ...mark, addedAtMs }));

interface MarkStoreOptions {
  readonly documents: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Makes a text that was never used before. */
  readonly newToken: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The marks in DynamoDB: partition key `window`, sort key `key`. */
export function markStore({ documents, tableName, newToken, now }: MarkStoreOptions): MarkStore {
  return {
    async add(names) {
      const distinct = new Map(names.map((name) => [`${name.window} ${name.key}`, name]));
      await pMap(
        distinct.values(),
        (name) => documents.send(addition(tableName, name, { token: newToken(), nowMs: now() })),
        {
          concurrency: CONCURRENCY,
        },
      );
    },
    async list(window, range) {
      const marks: Mark[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(listing({ tableName, window, range, start }));
        marks.push(...(page.Items ?? []).map((item) => ({ window, ...ItemSchema.parse(item) })));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return marks;
    },
    async remove(mark) {
      try {
        await documents.send(removal(tableName, mark));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

function keyOf({ window, key }: MarkName) {
  return { window, key };
}

function addition(
  tableName: string,
  name: MarkName,
  { token, nowMs }: { readonly token: string; readonly nowMs: number },
): UpdateCommand {
  return new UpdateCommand({
    TableName: tableName,
    Key: keyOf(name),
    UpdateExpression: 'SET #last = :token, #added = if_not_exists(#added, :now)',
    ExpressionAttributeNames: { '#last': 'last', '#added': 'added_at_ms' },
    ExpressionAttributeValues: { ':token': token, ':now': nowMs },
  });
}

function removal(tableName: string, mark: Mark): DeleteCommand {
  return new DeleteCommand({
    TableName: tableName,
    Key: keyOf(mark),
    ConditionExpression: '#last = :last',
    ExpressionAttributeNames: { '#last': 'last' },
    ExpressionAttributeValues: { ':last': mark.last },
  });
}

interface Listing {
  readonly tableName: string;
  readonly window: string;
  readonly range: { readonly fromKey: string; readonly toKey: string } | undefined;
  readonly start: Record<string, unknown> | undefined;
}

function listing({ tableName, window, range, start }: Listing): QueryCommand {
  return new QueryCommand({
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: `#window = :window${range ? ' AND #key BETWEEN :from AND :to' : ''}`,
    ExpressionAttributeNames: { '#window': 'window', ...(range && { '#key': 'key' }) },
    ExpressionAttributeValues: { ':window': window, ...(range && { ':from': range.fromKey, ':to': range.toKey }) },
    ...(start && { ExclusiveStartKey: start }),
  });
}
