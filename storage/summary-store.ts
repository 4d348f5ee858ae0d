import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';

import { SOURCES, type Source } from '../core/sources.ts';
import type { Window } from '../core/windows.ts';
import { decodeSummary, encodeSummary, type StoredSummary } from './summary-codec.ts';

/** One minute of one network. */
export interface SourceMinute {
  readonly source: Source;
  readonly minute: string;
}

/** A summary as it was read: `etag` stands for exactly this one. */
export interface ReadSummary extends StoredSummary {
  readonly etag: string;
}

export interface SummaryStore {
  /** What there are summaries of in the hour of a window, by minute and source; of a minute only its own. */
  list(window: Window): Promise<SourceMinute[]>;
  read(name: SourceMinute): Promise<ReadSummary | undefined>;
  /** Replaces exactly the summary that was read, or creates the first one; false if another one is there by now. */
  write(summary: StoredSummary, previous: ReadSummary | undefined): Promise<boolean>;
}

/** The summaries in S3: `summaries/2026-11-20T17/38/twitter.json.gz`. */
export function summaryStore({ s3, bucketName }: { readonly s3: S3Client; readonly bucketName: string }): SummaryStore {
  return {
    async list(window) {
      const names: SourceMinute[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefixOf(window), ContinuationToken: token }),
        );
        names.push(...(page.Contents ?? []).flatMap(({ Key }) => nameOf(Key ?? '')));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return names;
    },
    async read(name) {
      const key = keyOf(name);
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
        if (Body === undefined || ETag === undefined) return undefined;
        return { ...decodeSummary(await Body.transformToByteArray(), key), etag: ETag };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(stored, previous) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucketName,
            Key: keyOf(stored.summary),
            Body: encodeSummary(stored),
            ContentType: 'application/gzip',
            ...(previous === undefined ? { IfNoneMatch: '*' } : { IfMatch: previous.etag }),
          }),
        );
        return true;
      } catch (error) {
        if (isPreconditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

/**
 * Whether another write came first: 412 after it, 409 while it goes on, 404 if the object is gone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
function isPreconditionFailure(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return (
    status === 412 ||
    status === 409 ||
    (status === 404 && error instanceof S3ServiceException && error.name === 'NoSuchKey')
  );
}

function prefixOf({ name, keyDatetime }: Window): string {
  return name === 'minute' ? minutePrefix(keyDatetime) : `summaries/${keyDatetime.slice(0, 13)}/`;
}

function minutePrefix(minute: string): string {
  return `summaries/${minute.slice(0, 13)}/${minute.slice(14)}/`;
}

function keyOf({ source, minute }: SourceMinute): string {
  return `${minutePrefix(minute)}${source}.json.gz`;
}

function nameOf(key: string): SourceMinute[] {
  const [, hour, minute, file] = key.split('/');
  const source = SOURCES.find((name) => file === `${name}.json.gz`);
  return source === undefined ? [] : [{ source, minute: `${hour}:${minute}` }];
}
