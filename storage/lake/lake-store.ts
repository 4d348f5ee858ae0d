import { Readable } from 'node:stream';

import { GetObjectCommand, NoSuchKey, type GetObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';

import { listObjects } from '../list-objects.ts';
import type { LakeDocument } from './lake-document.ts';
import { objectDocuments } from './object-documents.ts';
import type { RangedObject } from './ranged-file.ts';

/** An object of the lake. */
export interface LakeObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it came to the lake, in epoch milliseconds. */
  readonly storedAtMs: number;
}

/** An object that is being read. */
export interface LakeContent {
  /** When it came to the lake, in epoch milliseconds. */
  readonly storedAtMs: number;
  /** Its documents, a group at a time, in bounded memory; see {@link objectDocuments}. */
  readonly documents: AsyncGenerator<readonly LakeDocument[]>;
}

/** The bucket that keeps every event. */
export interface LakeStore {
  /** The objects under a prefix, in the order of their keys. */
  list(prefix: string): AsyncGenerator<LakeObject>;
  /** Opens an object, whatever its kind; undefined if it is gone. */
  open(key: string): Promise<LakeContent | undefined>;
}

/** Opens the bucket. */
export function lakeStoreIn({ s3, bucketName }: { readonly s3: S3Client; readonly bucketName: string }): LakeStore {
  return {
    async *list(prefix) {
      for await (const { key, sizeBytes, storedAtMs } of listObjects(s3, bucketName, prefix))
        if (sizeBytes > 0) yield { key, sizeBytes, storedAtMs };
    },
    async open(key) {
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
        const { Body, ContentLength: sizeBytes = 0, ETag, LastModified } = answer;
        if (!(Body instanceof Readable)) throw new TypeError('S3 has answered without a stream');
        const { read } = rangesOf(s3, { Bucket: bucketName, Key: key, IfMatch: ETag });
        return {
          storedAtMs: LastModified?.getTime() ?? 0,
          documents: objectDocuments({ stream: Body, sizeBytes, read }),
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

/** Parts of one version of an object: where it is replaced meanwhile, reading fails, and is to be done again. */
function rangesOf(s3: S3Client, object: GetObjectCommandInput): Pick<RangedObject, 'read'> {
  return {
    async read(from, to) {
      const { Body } = await s3.send(new GetObjectCommand({ ...object, Range: `bytes=${from}-${to - 1}` }));
      if (Body === undefined) throw new TypeError('S3 has answered without bytes');
      return Body.transformToByteArray();
    },
  };
}
