import { gunzipSync } from 'node:zlib';

import type { FirehoseTransformationResultRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';

import type { StoredRecord } from '../aws/kinesis.ts';
import { InProcessFirehose, type FirehoseOptions } from './firehose.ts';
import type { Transform } from './invoke-transform.ts';

const START_MS = Date.parse('2026-11-20T17:59:00.000Z');
const SECOND_MS = 1_000;
const KIB = 1024;
const PREFIXES = {
  prefix: 'raw/day=!{partitionKeyFromLambda:day}/',
  errorPrefix: 'errors/day=!{timestamp:dd}/error=!{firehose:error-output-type}/',
  backupPrefix: 'original-data/hour=!{timestamp:HH}/',
};

/** A record after some seconds: what it holds says its day and how it ends. */
function at(seconds: number, data: string | Uint8Array = '20'): StoredRecord {
  return {
    shardId: 'shardId-000000000000',
    sequenceNumber: String(seconds),
    partitionKey: '00',
    arrivedAtMs: START_MS + seconds * SECOND_MS,
    data: Buffer.from(data),
  };
}

/** Answers with what the records hold, in the partition of the day that they name. */
const echo: Transform = async ({ records }) => ({
  records: records.map(({ recordId, data }): FirehoseTransformationResultRecord => {
    const text = Buffer.from(data, 'base64').toString();
    if (text === 'drop') return { recordId, result: 'Dropped' };
    if (text === 'fail') return { recordId, result: 'ProcessingFailed' };
    if (text === 'nowhere') return { recordId, result: 'Ok', data };
    const partitionKeys = { day: text.slice(0, 2) };
    return { recordId, result: 'Ok', data: Buffer.from(`${text}\n`).toString('base64'), metadata: { partitionKeys } };
  }),
});

async function deliver(records: readonly StoredRecord[], options: Partial<FirehoseOptions> = {}) {
  const firehose = new InProcessFirehose({ transform: echo, ...PREFIXES, ...options });
  await firehose.deliver(records);
  return firehose;
}

/** What lies under a prefix: the folder of each object, and its content. */
function under({ objects }: InProcessFirehose, prefix: string): [string, string][] {
  return [...objects]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, bytes]) => [
      key.slice(0, key.lastIndexOf('/') + 1),
      Buffer.from(key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(),
    ]);
}

function errors(firehose: InProcessFirehose): { folder: string; documents: Record<string, unknown>[] }[] {
  return under(firehose, 'errors/').map(([folder, text]) => ({
    folder,
    documents: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  }));
}

describe('the function', () => {
  test('is asked when its buffer is full, and when the first record has waited long enough', async () => {
    const big = 'x'.repeat(600 * KIB);

    const full = await deliver([at(0, big), at(1, big), at(2)]);
    const early = await deliver([at(0), at(59)]);
    const late = await deliver([at(0), at(60)]);

    expect([full.batches, early.batches, late.batches]).toEqual([2, 1, 2]);
  });

  test('gets the shape that Firehose sends', async () => {
    let seen: unknown;

    await deliver([at(3, 'drop')], {
      transform: (event) => {
        seen = event;
        return echo(event);
      },
    });

    expect(seen).toMatchObject({
      invocationId: expect.any(String),
      deliveryStreamArn: expect.stringMatching(/^arn:aws:firehose:/),
      sourceKinesisStreamArn: expect.stringMatching(/^arn:aws:kinesis:/),
      region: 'us-east-1',
      records: [
        {
          recordId: expect.any(String),
          approximateArrivalTimestamp: START_MS + 3_000,
          data: 'ZHJvcA==',
          kinesisRecordMetadata: {
            shardId: 'shardId-000000000000',
            sequenceNumber: '3',
            subsequenceNumber: '0',
            partitionKey: '00',
            approximateArrivalTimestamp: START_MS + 3_000,
          },
        },
      ],
    });
  });

  test('is asked four times, then its whole batch is kept among the errors', async () => {
    let attempts = 0;

    const firehose = await deliver([at(0), at(1, 'drop')], {
      transform: async () => {
        attempts += 1;
        throw new Error('out of order');
      },
    });

    expect(attempts).toBe(4);
    expect(errors(firehose)).toEqual([
      {
        folder: 'errors/day=20/error=processing-failed/',
        documents: [at(0), at(1, 'drop')].map(({ arrivedAtMs, data }) => ({
          attemptsMade: 4,
          arrivalTimestamp: arrivedAtMs,
          errorCode: 'Lambda.FunctionError',
          errorMessage: 'out of order',
          attemptEndingTimestamp: START_MS + 60_000,
          rawData: Buffer.from(data).toString('base64'),
          lambdaARN: expect.stringMatching(/^arn:aws:lambda:/),
        })),
      },
    ]);
    expect(under(firehose, 'raw/')).toEqual([]);
  });

  test('may fail before it answers, and nothing is lost', async () => {
    let attempts = 0;

    const firehose = await deliver([at(0)], {
      transform: (event) => (++attempts < 4 ? Promise.reject(new Error('not yet')) : echo(event)),
    });

    expect(under(firehose, 'raw/')).toEqual([['raw/day=20/', '20\n']]);
    expect(errors(firehose)).toEqual([]);
  });

  test('whose answer is larger than 6 MB fails', async () => {
    const records = Array.from({ length: 6 }, (_, i) => at(i));
    const transform: Transform = async (event) => ({
      records: event.records.map(({ recordId }) => ({ recordId, result: 'Ok' as const, data: 'A'.repeat(KIB ** 2) })),
    });

    const firehose = await deliver(records, { transform });

    expect(errors(firehose)[0]?.documents).toHaveLength(6);
  });
});

describe('a record', () => {
  test('that is dropped is in the originals alone', async () => {
    const firehose = await deliver([at(0, 'drop')]);

    expect([...firehose.objects.keys()]).toEqual([expect.stringMatching(/^original-data\/hour=17\//)]);
  });

  test.each([
    ['is answered as failed', 'fail', echo, 'processing-failed', 'Lambda.ProcessingFailedStatus'],
    [
      'has no keys of a partition',
      'nowhere',
      echo,
      'metadata-extraction-failed',
      'DynamicPartitioning.MetadataExtractionFailed',
    ],
    ['is not answered', '20', async () => ({ records: [] }), 'processing-failed', 'Lambda.MissingRecordId'],
    ['is answered by another name', '20', renamed, 'processing-failed', 'Lambda.MissingRecordId'],
    ['is answered twice', '20', twice, 'processing-failed', 'Lambda.DuplicatedRecordId'],
  ] as const)(
    'that %s is kept among the errors of its type',
    async (_, data, transform: Transform, type, errorCode) => {
      const firehose = await deliver([at(0, data)], { transform });

      expect(errors(firehose)).toMatchObject([{ folder: `errors/day=20/error=${type}/`, documents: [{ errorCode }] }]);
      expect(under(firehose, 'raw/')).toEqual([]);
    },
  );
});

async function renamed(...args: Parameters<Transform>): ReturnType<Transform> {
  const { records } = await echo(...args);
  return { records: records.map((record) => ({ ...record, recordId: 'another' })) };
}

async function twice(...args: Parameters<Transform>): ReturnType<Transform> {
  const { records } = await echo(...args);
  return { records: [...records, ...records] };
}

describe('partitions', () => {
  test('are objects of their own, of what came in a minute, the records behind one another', async () => {
    const firehose = await deliver([at(0, '19'), at(1, '20'), at(2, '19'), at(400, '19')]);

    expect(under(firehose, 'raw/')).toEqual([
      ['raw/day=19/', '19\n19\n'],
      ['raw/day=20/', '20\n'],
      ['raw/day=19/', '19\n'],
    ]);
  });

  test('are delivered when they are large enough', async () => {
    const lambdaLimits = { bytes: 1, ms: SECOND_MS };
    const records = Array.from({ length: 5 }, (_, i) => at(i, '20'));

    const firehose = await deliver(records, { lambdaLimits, limits: { bytes: 6, ms: 900 * SECOND_MS } });

    expect(under(firehose, 'raw/').map(([, text]) => text)).toEqual(['20\n20\n', '20\n20\n', '20\n']);
  });

  test('beyond the most that may wait go to the errors', async () => {
    const firehose = await deliver([at(0, '01'), at(1, '02'), at(2, '01'), at(3, '03')], { maxPartitions: 2 });

    expect(under(firehose, 'raw/').map(([folder]) => folder)).toEqual(['raw/day=01/', 'raw/day=02/']);
    expect(errors(firehose)).toMatchObject([
      {
        folder: 'errors/day=20/error=activePartitionExceeded/',
        documents: [{ rawData: Buffer.from('03\n').toString('base64') }],
      },
    ]);
  });
});

describe('originals', () => {
  test('are what came in five minutes, without anything between them, by the hour of the first', async () => {
    const firehose = await deliver([at(0, '{"a":1}'), at(120, '{"b":2}'), at(301, '{"c":3}')]);

    expect(under(firehose, 'original-data/')).toEqual([
      ['original-data/hour=17/', '{"a":1}{"b":2}'],
      ['original-data/hour=18/', '{"c":3}'],
    ]);
  });
});

test('objects are named by stream, version, time and chance', async () => {
  const firehose = await deliver([at(0), at(1)]);

  expect([...firehose.objects.keys()].find((key) => key.startsWith('raw/'))).toMatch(
    /^raw\/day=20\/lake-1-2026-11-20-17-59-00-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.gz$/,
  );
});

test('nothing comes of nothing', async () => {
  expect((await deliver([])).objects.size).toBe(0);
});

test('what is delivered again is the same for the same seed, and leaves nothing out', async () => {
  const records = Array.from({ length: 300 }, (_, i) => at(i, String(10 + (i % 7))));
  const options = { redelivery: { seed: 3, rereads: 0.02, putTwice: 0.2 } };

  const [first, second] = [await deliver(records, options), await deliver(records, options)];

  expect(first.objects).toEqual(second.objects);
  const rows = under(first, 'raw/').flatMap(([, text]) => text.trimEnd().split('\n'));
  expect(rows.length).toBeGreaterThan(records.length);
  expect(new Set(rows).size).toBe(7);
});
