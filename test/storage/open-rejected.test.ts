import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { openRejectedIn } from '../../storage/open-rejected.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const SINCE_MS = Date.parse('2026-11-18T18:00:00.000Z');

/** A bucket with objects of a key and a time, listed one at a time. */
function bucketOf(objects: Readonly<Record<string, string>>): S3Client {
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListObjectsV2Command) {
      const { Bucket, Prefix = '', ContinuationToken = '' } = command.input;
      expect(Bucket).toBe('kept');
      const left = Object.keys(objects).filter((key) => key.startsWith(Prefix) && key > ContinuationToken);
      const [Key] = left.toSorted();
      if (Key === undefined) return {};
      return {
        Contents: [{ Key, LastModified: new Date(objects[Key] ?? '') }],
        ...(left.length > 1 && { NextContinuationToken: Key }),
      };
    }
    expect(command).toBeInstanceOf(GetObjectCommand);
    throw new NoSuchKey({ message: 'gone', $metadata: {} });
  };
  return { send } as unknown as S3Client;
}

function openIn(objects: Readonly<Record<string, string>>) {
  return openRejectedIn({ s3: bucketOf(objects), bucketName: 'kept', now: () => NOW_MS });
}

test('everything kept since a time is listed, page by page, batches first', async () => {
  const open = openIn({
    'rejected/2026-11-18/shardId-000000000000/1.json': '2026-11-18T23:00:00.000Z',
    'rejected/2026-11-19/shardId-000000000000/2.json': '2026-11-19T10:00:00.000Z',
    'rejected/2026-11-20/shardId-000000000000/3.json': '2026-11-20T17:59:00.000Z',
    'rejected/2026-11-20/shardId-000000000001/1.json': '2026-11-20T17:59:00.000Z',
    'aws/lambda/uuid/shardId-000000000000/2026/11/20/x': '2026-11-20T12:00:00.000Z',
    'aws/lambda/uuid/shardId-000000000000/2026/11/20/y': '2026-11-20T12:00:00.000Z',
  });

  expect((await open.list(SINCE_MS)).map(({ key }) => key.split('/').slice(-3).join('/'))).toEqual([
    '11/20/x',
    '11/20/y',
    '2026-11-18/shardId-000000000000/1.json',
    '2026-11-19/shardId-000000000000/2.json',
    '2026-11-20/shardId-000000000000/3.json',
    '2026-11-20/shardId-000000000001/1.json',
  ]);
});

test('what is older, or was moved elsewhere, is not listed', async () => {
  const open = openIn({
    'rejected/2026-11-17/shardId-000000000000/1.json': '2026-11-17T23:00:00.000Z',
    'rejected/2026-11-18/shardId-000000000000/1.json': '2026-11-18T17:59:00.000Z',
    'aws/lambda/uuid/shardId-000000000000/2026/11/01/x': '2026-11-01T12:00:00.000Z',
    'redriven/rejected/2026-11-20/shardId-000000000000/1.json': '2026-11-20T17:00:00.000Z',
  });

  expect(await open.list(SINCE_MS)).toEqual([]);
});

test('what was moved away since it was listed has no times', async () => {
  expect(await openIn({}).readTimes('rejected/2026-11-20/shardId-000000000000/1.json')).toBeUndefined();
});
