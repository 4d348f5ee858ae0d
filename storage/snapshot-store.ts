import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

import { windowOfKey, type Window, type WindowName } from '../core/windows.ts';
import { decodeSnapshot, encodeSnapshot, type StoredSnapshot } from './snapshot-codec.ts';

/** A snapshot and what its writers leave for each other. */
export interface VersionedSnapshot {
  readonly snapshot: StoredSnapshot;
  /** Counts the writes of the window. */
  readonly revision: number;
}

export interface SnapshotStore {
  /** Consistent. */
  read(window: Window): Promise<VersionedSnapshot | undefined>;
  /** Puts `next` in the place of the revision before it; false if that is not the newest any more. */
  write(next: VersionedSnapshot, expiresAt: number | undefined): Promise<boolean>;
  /** The newest revision whose rows are known to be written, all of them; 0 if there is none. Consistent. */
  readRowsDone(window: Window): Promise<number>;
  /** Tells that all rows of a revision are written; nothing happens if those of a later one are. */
  writeRowsDone(window: Window, done: RowsDone): Promise<void>;
  /** The newest window of a name that has a snapshot. */
  newest(name: WindowName): Promise<Window | undefined>;
}

/** What is kept of a revision whose rows are written. */
export interface RowsDone {
  readonly revision: number;
  /** Epoch seconds; undefined = kept. */
  readonly expiresAt: number | undefined;
}

const RevisionSchema = z.object({ revision: z.int() });
const ItemSchema = RevisionSchema.extend({
  body: z.instanceof(Uint8Array),
});

interface SnapshotStoreOptions {
  readonly documents: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** The snapshots in DynamoDB: partition key `window`, sort key `key_datetime`. */
export function snapshotStore({ documents, tableName }: SnapshotStoreOptions): SnapshotStore {
  return {
    async read(window) {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: tableName,
          Key: { window: window.name, key_datetime: window.keyDatetime },
          ConsistentRead: true,
        }),
      );
      if (Item === undefined) return undefined;
      const { revision, body } = ItemSchema.parse(Item);
      return { snapshot: decodeSnapshot(window, body), revision };
    },
    async readRowsDone(window) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: rowsDoneKey(window), ConsistentRead: true }),
      );
      return Item === undefined ? 0 : RevisionSchema.parse(Item).revision;
    },
    async writeRowsDone(window, { revision, expiresAt }) {
      const Item = { ...rowsDoneKey(window), revision, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
      try {
        await documents.send(new PutCommand({ TableName: tableName, Item, ...unlessLater(revision) }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    async write(next, expiresAt) {
      try {
        await documents.send(new PutCommand({ TableName: tableName, ...replacing(next, expiresAt) }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async newest(name) {
      const { Items } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#window = :window',
          ExpressionAttributeNames: { '#window': 'window' },
          ExpressionAttributeValues: { ':window': name },
          ProjectionExpression: 'key_datetime',
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      const item = z.object({ key_datetime: z.string() }).optional().parse(Items?.[0]);
      return item && windowOfKey(name, item.key_datetime);
    },
  };
}

/** Beside the snapshots, under a name that no window has. */
function rowsDoneKey({ name, keyDatetime }: Window) {
  return { window: `rows#${name}`, key_datetime: keyDatetime };
}

function unlessLater(revision: number) {
  return {
    ConditionExpression: 'attribute_not_exists(#revision) OR #revision < :revision',
    ExpressionAttributeNames: { '#revision': 'revision' },
    ExpressionAttributeValues: { ':revision': revision },
  };
}

function replacing({ snapshot, revision }: VersionedSnapshot, expiresAt: number | undefined) {
  return {
    Item: {
      window: snapshot.window.name,
      key_datetime: snapshot.window.keyDatetime,
      revision,
      body: encodeSnapshot(snapshot),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    },
    ExpressionAttributeNames: { '#revision': 'revision' },
    ...(revision === 1
      ? { ConditionExpression: 'attribute_not_exists(#revision)' }
      : {
          ConditionExpression: '#revision = :previous',
          ExpressionAttributeValues: { ':previous': revision - 1 },
        }),
  };
}
