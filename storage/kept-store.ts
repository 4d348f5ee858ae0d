import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';

/** The bucket that keeps rejected records and given-up batches, for somebody who sends them again. */
export interface KeptStore {
  /** Keys of what was kept at this time (epoch milliseconds) or later and is still open; batches first. */
  keys(sinceMs: number): AsyncGenerator<string>;
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
  return {
    async *keys(sinceMs) {
      for (const Prefix of OPEN_PREFIXES) {
        let ContinuationToken: string | undefined;
        do {
          const page = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix, ContinuationToken }));
          for (const { Key, LastModified } of page.Contents ?? [])
            if (Key !== undefined && (LastModified?.getTime() ?? Infinity) >= sinceMs) yield Key;
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
      }
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
