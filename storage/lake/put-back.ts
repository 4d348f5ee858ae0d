import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface PutBack {
  readonly s3: S3Client;
  readonly bucketName: string;
  /** Below it a file has the key of its object as its path. */
  readonly folder: string;
  /** In the order in which they appear in the bucket. */
  readonly keys: readonly string[];
  /** Between two files. */
  readonly stop?: AbortSignal;
}

/** Puts files of a copy into their bucket, one after the other: cut short, it has put the first ones. */
export async function putBack({ s3, bucketName, folder, keys, stop }: PutBack): Promise<void> {
  for (const key of keys) {
    stop?.throwIfAborted();
    const path = join(folder, key);
    const { size } = await stat(path);
    const Body = createReadStream(path);
    await s3.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body, ContentLength: size }));
  }
}
