import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

import { eventTimeOf, readKeptObject } from './kept-object.ts';

/** An object that keeps a rejected record, or a batch that was given up. */
export interface KeptObject {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly keptAtMs: number;
}

/** What was rejected or given up and not sent again: that is moved elsewhere. */
export interface OpenRejected {
  /** Objects that were kept at this time (epoch milliseconds) or later, batches before records. */
  list(sinceMs: number): Promise<KeptObject[]>;
  /** The times of the events in it, in epoch milliseconds; undefined if it has just been moved away. */
  readTimes(key: string): Promise<number[] | undefined>;
}

const DAY_MS = 24 * 3_600_000;

/** Looks into the bucket that keeps rejected records, at a time in epoch milliseconds. */
export function openRejectedIn({
  s3,
  bucketName,
  now,
}: {
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly now: () => number;
}): OpenRejected {
  const listUnder = async (prefix: string): Promise<KeptObject[]> => {
    const found: KeptObject[] = [];
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix, ContinuationToken: token }),
      );
      for (const { Key: key = '', LastModified } of page.Contents ?? [])
        found.push({ key, keptAtMs: LastModified?.getTime() ?? now() });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  };
  return {
    async list(sinceMs) {
      const found: KeptObject[] = [];
      // The key of a batch has its mapping and shard before its day: of these all are listed.
      for (const prefix of ['aws/lambda/', ...dayPrefixes(sinceMs, now())]) found.push(...(await listUnder(prefix)));
      return found.filter(({ keptAtMs }) => keptAtMs >= sinceMs);
    },
    async readTimes(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
        return readKeptObject((await Body?.transformToString()) ?? '')?.records.map(eventTimeOf) ?? [];
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

function dayPrefixes(fromMs: number, toMs: number): string[] {
  const prefixes: string[] = [];
  for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms <= toMs; ms += DAY_MS)
    prefixes.push(`rejected/${new Date(ms).toISOString().slice(0, 10)}/`);
  return prefixes;
}
