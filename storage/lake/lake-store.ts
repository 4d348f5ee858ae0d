import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

import { linesOf, type Line } from '../event-lines.ts';

/** An object of the lake. */
export interface LakeObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** An object that is being read. */
export interface LakeContent {
  /** When it came to the lake, in epoch milliseconds. */
  readonly storedAtMs: number;
  /** Its lines, in constant memory. */
  readonly lines: AsyncGenerator<Line>;
}

/** The bucket that keeps every event. */
export interface LakeStore {
  /** The objects under a prefix, in the order of their keys. */
  list(prefix: string): AsyncGenerator<LakeObject>;
  /** Opens an object, compressed or not; undefined if it is gone. */
  open(key: string): Promise<LakeContent | undefined>;
}

/** Opens the bucket. */
export function lakeStoreIn({ s3, bucketName }: { readonly s3: S3Client; readonly bucketName: string }): LakeStore {
  return {
    async *list(prefix) {
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix, ContinuationToken }));
        for (const { Key, Size } of page.Contents ?? [])
          if (Key !== undefined && Size !== 0) yield { key: Key, sizeBytes: Size ?? 0 };
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    async open(key) {
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
        const { Body, ContentEncoding, LastModified } = answer;
        if (!(Body instanceof Readable)) throw new TypeError('S3 has answered without a stream');
        return { storedAtMs: LastModified?.getTime() ?? 0, lines: objectLines(Body, { key, ContentEncoding }) };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** The lines of an object, whose name or encoding says whether it is compressed. */
export function objectLines(
  bytes: Readable,
  { key, ContentEncoding }: { readonly key: string; readonly ContentEncoding?: string | undefined },
): AsyncGenerator<Line> {
  const isCompressed = ContentEncoding === 'gzip' || key.endsWith('.gz');
  // An error comes out of the stream that is returned.
  return linesOf(isCompressed ? pipeline(bytes, createGunzip(), () => undefined) : bytes);
}
