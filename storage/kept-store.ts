import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';

import { listObjects, type ListedObject } from './list-objects.ts';

/** An object that is still open. */
export interface OpenObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** When something was kept, in epoch milliseconds by the clock of the store; both ends belong to it. */
export interface KeptBetween {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The bucket that keeps rejected records and given-up batches, for somebody who sends them again. */
export interface KeptStore {
  /**
   * How many objects are open that were kept at this time (epoch milliseconds) or later, and when the newest of them
   * was; 0 and -Infinity where there is none.
   */
  survey(sinceMs: number): Promise<{ readonly objects: number; readonly newestMs: number }>;
  /** What was kept in that time and is still open; batches first. */
  open(between: KeptBetween): AsyncGenerator<OpenObject>;
  /** The text of an object; undefined if it has just been moved away. */
  read(key: string): Promise<string | undefined>;
  /** Moves an object out of what is open, whole; nothing happens if somebody else has done so. */
  moveAway(key: string): Promise<void>;
}

/** What waits lies under these. */
const OPEN_PREFIXES = ['aws/lambda/', 'rejected/'];
/** What was sent again lies under this, its key behind it. */
const DONE_PREFIX = 'redriven/';

/** Opens the bucket. */
export function keptStoreIn({ s3, bucketName }: { readonly s3: S3Client; readonly bucketName: string }): KeptStore {
  async function* list(): AsyncGenerator<ListedObject> {
    for (const prefix of OPEN_PREFIXES) yield* listObjects(s3, bucketName, prefix);
  }
  return {
    async survey(sinceMs) {
      let [objects, newestMs] = [0, -Infinity];
      for await (const { storedAtMs } of list()) {
        if (storedAtMs < sinceMs) continue;
        objects += 1;
        newestMs = Math.max(newestMs, storedAtMs);
      }
      return { objects, newestMs };
    },
    async *open({ sinceMs, untilMs }) {
      for await (const { key, sizeBytes, storedAtMs } of list())
        if (storedAtMs >= sinceMs && storedAtMs <= untilMs) yield { key, sizeBytes };
    },
    async read(key) {
      const found = await unlessMissing(s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key })));
      return found && ((await found.Body?.transformToString()) ?? '');
    },
    async moveAway(key) {
      const CopySource = `${bucketName}/${key.split('/').map(encodeURIComponent).join('/')}`;
      await unlessMissing(
        s3.send(new CopyObjectCommand({ Bucket: bucketName, Key: `${DONE_PREFIX}${key}`, CopySource })),
      );
      await s3.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
    },
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}
