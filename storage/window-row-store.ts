import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { NumberValue, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';

import { formatMillionths } from '../core/event-score.ts';
import type { WindowRow } from '../core/snapshot.ts';
import type { Window, WindowName } from '../core/windows.ts';
import type { RowName } from './snapshot-codec.ts';

/** The rows of one snapshot, and those that fell out with it. */
export interface RowChange {
  readonly window: Window;
  /** The snapshot's: a row that a newer one has written is left alone. */
  readonly revision: number;
  readonly rows: readonly WindowRow[];
  readonly fallen: readonly RowName[];
  /** Epoch seconds; undefined = kept. */
  readonly expiresAt: number | undefined;
  /** Epoch seconds until which a row that fell out holds its place against an older writer. */
  readonly fallenUntil: number;
}

/** The rows of `per_minute`, `per_5_minute` and `per_hour`. */
export interface WindowRowStore {
  /** Writes rows and takes those that fell out away. Any number of times gives the same. */
  apply(change: RowChange): Promise<void>;
}

const CONCURRENCY = 16;

interface WindowRowStoreOptions {
  readonly documents: DynamoDBDocumentClient;
  readonly tableNames: Readonly<Record<WindowName, string>>;
}

/** The rows in DynamoDB: partition key `key_word`, sort key `key_datetime_category` (`2026-11-20T17:00#all`). */
export function windowRowStore({ documents, tableNames }: WindowRowStoreOptions): WindowRowStore {
  return {
    async apply(change) {
      const items = [
        ...change.rows.map((row) => rowItem(row, change)),
        ...change.fallen.map((name) => ({ ...rowKey(name, change), fallen: true, expires_at: change.fallenUntil })),
      ];
      await pMap(items, (item) => putUnlessNewer(documents, tableNames[change.window.name], item, change.revision), {
        concurrency: CONCURRENCY,
      });
    },
  };
}

function rowKey({ key_word, category }: RowName, { window }: RowChange) {
  return { key_word, key_datetime_category: `${window.keyDatetime}#${category}` };
}

function rowItem(row: WindowRow, change: RowChange) {
  return {
    ...rowKey(row, change),
    key_datetime: change.window.keyDatetime,
    category: row.category,
    rank: row.rank,
    score: NumberValue.from(formatMillionths(row.score)),
    mentions: row.mentions,
    authors: row.authors,
    positive: row.positive,
    neutral: row.neutral,
    negative: row.negative,
    ...(change.expiresAt !== undefined && { expires_at: change.expiresAt }),
  };
}

/** Deleting would forget the revision, and an older writer could bring the row back: so even a fallen row is a put. */
async function putUnlessNewer(
  documents: DynamoDBDocumentClient,
  tableName: string,
  item: Readonly<Record<string, unknown>>,
  revision: number,
): Promise<void> {
  try {
    await documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...item, revision },
        ConditionExpression: 'attribute_not_exists(#revision) OR #revision <= :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: { ':revision': revision },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
