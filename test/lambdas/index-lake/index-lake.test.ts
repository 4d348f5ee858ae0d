import { gzipSync } from 'node:zlib';

import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';

import { createdKeys } from '../../../lambdas/index-lake/created-objects.ts';
import { lakeRow } from '../../../core/lake-row.ts';
import { lakeRowSettings } from '../../../core/lake-settings.ts';
import { parseEvent } from '../../../core/parse-event.ts';
import { resolveWeights } from '../../../presets/weights.ts';
import { eventKey } from '../../../storage/event-key.ts';
import { lakeLine } from '../../../storage/lake/lake-record.ts';
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
  test('has keys as a form encodes them (S1-7)', () => {
    const body = objectEvent(`${DAY}Ünïcode +1 &=%.jsonl`).Records[0]?.body ?? '';

    expect(body).not.toContain('Ünïcode +1');
    expect(createdKeys(body, WANTED)).toEqual([`${DAY}Ünïcode +1 &=%.jsonl`]);
  });

  test.each(['ObjectCreated:Put', 'ObjectCreated:CompleteMultipartUpload', 'ObjectCreated:Copy'])(
    'is heeded for %s (S1-6)',
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
      'errors and other prefixes (S1-5)',
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

test('an object that the server did not take whole stays in the queue, and the others do not (S1-1)', async () => {
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

describe('what is bad in an object', () => {
  const post = (id: number): string => JSON.stringify(makePost({ id: `twitter:${id}` }));

  test.each([
    [
      'an event without a field (S1-2)',
      `${post(1)}\n{"v":1,"id":"twitter:2","kind":"post"}\n${post(3)}`,
      'invalid_event',
      'line 2',
    ],
    ['a bad line of a framed file (S1-4)', `${post(1)},\n{"v":1,"id":\n${post(3)},\n`, 'not_json', 'line 2'],
    [
      'a broken document between others (S2-5)',
      `${post(1)}{"v":1,"text":"a${post(3)}`,
      'not_json',
      'line 1, document 2',
    ],
  ] as const)('%s costs nothing else, and is kept once with its place', async (_, text, reason, place) => {
    const { world, batches } = lakeWorld();
    world.objects.set(`${DAY}a`, Buffer.from(text));

    for (let delivery = 0; delivery < 2; delivery++) await world.lake(objectEvent(`${DAY}a`));

    expect(batches[0]).toEqual(['twitter:1', 'twitter:3']);
    expect([...world.rejected.values()]).toMatchObject([{ reason, detail: expect.stringContaining(`${place}: `) }]);
  });

  test.each(['', '\n', ',\n'])('is not that it is empty: %j (S1-3)', async (text) => {
    const { world } = lakeWorld();
    world.objects.set(`${DAY}a`, Buffer.from(text));

    expect(await world.lake(objectEvent(`${DAY}a`))).toEqual({ batchItemFailures: [] });
    expect(world.reports).toMatchObject([{ counts: { indexed: 0, rejected: {} }, unfinished: 0 }]);
  });
});

describe('a row of the lake', () => {
  const event = makePost({ id: 'twitter:row', text: 'a text', author: { id: '7' }, metrics: { likes: 2 } });
  const row = lakeRow(
    event,
    { eventKey: eventKey(event), arrivedAtMs: NOW_MS },
    lakeRowSettings({ features: [], weights: resolveWeights({}) }),
  );

  test('that the index refuses is kept as the event that it was made of, to be sent again', async () => {
    const sink: BulkSink = {
      write: async (operations) => ({
        stored: 0,
        stale: 0,
        refused: operations.map((operation) => ({ operation, detail: 'refused' })),
        unfinished: [],
        isBlocked: false,
      }),
    };
    const world = indexWorld(sink, undefined, NOW_MS);
    world.objects.set(`${DAY}a`, Buffer.from(lakeLine(row)));

    await world.lake(objectEvent(`${DAY}a`));

    const [kept] = [...world.rejected.values()];
    expect(kept).toMatchObject({ reason: 'index_refused', sequenceNumber: expect.stringMatching(/-1$/) });
    expect(parseEvent(kept?.data ?? new Uint8Array(), NOW_MS)).toEqual({ ok: true, event });
  });

  test('that is none is kept as it lies there', async () => {
    const { world } = lakeWorld();
    const line = JSON.stringify({ ...row, kind: 'nonsense' });
    world.objects.set(`${DAY}a`, Buffer.from(line));

    await world.lake(objectEvent(`${DAY}a`));

    const [kept] = [...world.rejected.values()];
    expect([kept?.reason, Buffer.from(kept?.data ?? []).toString()]).toEqual(['invalid_event', line]);
  });

  test('is judged by the time at which its event came, not by that of its object', async () => {
    const { world, batches } = lakeWorld();
    const early = { ...row, arrived_at: '2026-11-01T00:00:00.000Z' };
    world.objects.set(`${DAY}a`, Buffer.from(`${lakeLine(early)}${lakeLine(row)}`));

    await world.lake(objectEvent(`${DAY}a`));

    expect([...world.rejected.values()]).toMatchObject([{ reason: 'created_in_future' }]);
    expect(batches).toEqual([['twitter:row']]);
  });
});
