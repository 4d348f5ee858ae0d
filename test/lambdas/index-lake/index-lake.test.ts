import { gzipSync } from 'node:zlib';

import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';

import { createdKeys } from '../../../lambdas/index-lake/created-objects.ts';
import type { BulkSink } from '../../../storage/search/bulk-sink.ts';
import { indexWorld, objectEvent } from '../../support/index-world.ts';
import { makePost } from '../../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const WANTED = { bucketName: 'lake', prefix: 'raw/' };
const DAY = 'raw/year=2026/month=11/day=20/';

function lakeWorld(takes: (ids: readonly string[]) => boolean = () => true) {
  const batches: string[][] = [];
  const sink: BulkSink = {
    async write(operations) {
      const ids = operations.map(({ id }) => id);
      batches.push(ids);
      const isTaken = takes(ids);
      return {
        stored: isTaken ? ids.length : 0,
        stale: 0,
        refused: [],
        unfinished: isTaken ? [] : operations,
        isBlocked: false,
      };
    },
  };
  return { world: indexWorld(sink, undefined, NOW_MS), batches };
}

const lines = (count: number) =>
  Buffer.from(Array.from({ length: count }, (_, i) => JSON.stringify(makePost({ id: `twitter:${i}` }))).join('\n'));

describe('a message about objects', () => {
  test('has keys as a form encodes them', () => {
    const body = objectEvent(`${DAY}Ünïcode +1 &=%.jsonl`).Records[0]?.body ?? '';

    expect(body).not.toContain('Ünïcode +1');
    expect(createdKeys(body, WANTED)).toEqual([`${DAY}Ünïcode +1 &=%.jsonl`]);
  });

  test.each(['ObjectCreated:Put', 'ObjectCreated:CompleteMultipartUpload', 'ObjectCreated:Copy'])(
    'is heeded for %s',
    (eventName) => {
      const body = JSON.stringify({
        Records: [{ eventName, s3: { bucket: { name: 'lake' }, object: { key: 'raw/a' } } }],
      });

      expect(createdKeys(body, WANTED)).toEqual(['raw/a']);
    },
  );

  test.each([
    [
      'removals',
      { Records: [{ eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: 'lake' }, object: { key: 'raw/a' } } }] },
    ],
    [
      'errors and other prefixes',
      { Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'lake' }, object: { key: 'errors/a' } } }] },
    ],
    [
      'another bucket',
      { Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'other' }, object: { key: 'raw/a' } } }] },
    ],
    ['the test that S3 sends first', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'lake' }],
  ])('is not heeded for %s', (_, body) => {
    expect(createdKeys(JSON.stringify(body), WANTED)).toEqual([]);
  });

  test.each(['', 'nonsense', '{}', '[]', '{"Records":[{}]}'])('is none where it says %j', (body) => {
    expect(createdKeys(body, WANTED)).toBeUndefined();
  });
});

test('an object is read in batches that memory can hold, all of it', async () => {
  const { world, batches } = lakeWorld();
  world.objects.set(`${DAY}a`, lines(2_345));

  expect(await world.lake(objectEvent(`${DAY}a`))).toEqual({ batchItemFailures: [] });

  expect(batches.map((ids) => ids.length)).toEqual([1_000, 1_000, 345]);
  expect(world.reports).toMatchObject([{ counts: { indexed: 2_345 }, unfinished: 0 }]);
});

test('an object that the server did not take whole stays in the queue, and the others do not', async () => {
  const { world, batches } = lakeWorld((ids) => !ids.includes('twitter:1500'));
  world.objects.set(`${DAY}a`, lines(2_345)).set(`${DAY}b`, lines(1));

  const answer = await world.lake({ Records: [...objectEvent(`${DAY}a`, `${DAY}b`).Records] });

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  expect(batches.map((ids) => ids.length)).toEqual([1_000, 1_000, 1]);
});

test('a message that is none stays in the queue, until a person looks at it', async () => {
  const { world } = lakeWorld();

  const event = { Records: [{ messageId: 'm', body: 'nonsense' }] } as SQSEvent;
  expect(await world.lake(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });

  expect(world.failures).toMatchObject([{ name: 'UnreadableObjectError' }]);
});

test('an object that is gone is done with', async () => {
  const { world } = lakeWorld();

  expect(await world.lake(objectEvent(`${DAY}gone`))).toEqual({ batchItemFailures: [] });
});

test('an object that cannot be decompressed to its end is kept as bad, once, after what could be read of it', async () => {
  const { world, batches } = lakeWorld();
  const whole = gzipSync(lines(5_000));
  world.objects.set(`${DAY}a.gz`, whole.subarray(0, whole.length / 2));

  for (let delivery = 0; delivery < 2; delivery++)
    expect(await world.lake(objectEvent(`${DAY}a.gz`))).toEqual({ batchItemFailures: [] });

  expect(batches.flat().length).toBeGreaterThan(1_000);
  expect([...world.rejected.values()]).toMatchObject([
    { reason: 'unprocessable', partitionKey: `${DAY}a.gz`, detail: expect.stringContaining('cannot be decompressed') },
  ]);
});
