import { gzipSync } from 'node:zlib';

import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** What a record of a shard adds to an object. */
export interface Addition {
  /** Digits; those of a shard become greater from record to record. */
  readonly sequenceNumber: string;
  readonly bytes: Uint8Array;
}

/**
 * Adds to an object of the lake, and creates it where there is none: what it holds by its last sequence number is not
 * added again. `[]` changes nothing.
 * @throws Error if the store does not take it, or another writer came between: to be tried again
 */
export type GrowObject = (key: string, additions: readonly Addition[]) => Promise<void>;

const LAST = 'last-sequence-number';

/**
 * Objects in S3 that grow, each written whole at every addition; gzip, a member for each
 * (https://www.rfc-editor.org/rfc/rfc1952#section-2.2). All additions of one object come from one shard, in its order.
 */
export function growObjectIn({ s3, bucketName }: { readonly s3: S3Client; readonly bucketName: string }): GrowObject {
  return async (key, additions) => {
    const found = await read(s3, { Bucket: bucketName, Key: key });
    const fresh = additions.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > found.last);
    const newest = fresh.at(-1);
    if (newest === undefined) return;
    await s3.send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key: key,
        Body: Buffer.concat([found.bytes, gzipSync(Buffer.concat(fresh.map(({ bytes }) => bytes)))]),
        ContentType: 'application/gzip',
        Metadata: { [LAST]: newest.sequenceNumber },
        ...(found.etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: found.etag }),
      }),
    );
  };
}

interface Found {
  readonly bytes: Uint8Array;
  /** Below that of any record where nothing is there. */
  readonly last: bigint;
  readonly etag?: string | undefined;
}

async function read(s3: S3Client, name: { readonly Bucket: string; readonly Key: string }): Promise<Found> {
  try {
    const { Body, Metadata, ETag } = await s3.send(new GetObjectCommand(name));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, last: BigInt(Metadata?.[LAST] ?? -1), etag: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return { bytes: new Uint8Array(), last: -1n };
    throw error;
  }
}
