import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { eventTimeOf, readKeptObject } from '../../storage/kept-object.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { failureObject } from '../support/aws/kinesis-event.ts';
import { makePost } from '../support/make-event.ts';

const ARRIVED_MS = Date.parse('2026-11-20T18:00:00.000Z');
const CREATED = '2026-11-20T17:38:40.000Z';
const CREATED_MS = Date.parse(CREATED);

function eventTimes(text: string): number[] {
  return readKeptObject(text)?.records.map(eventTimeOf) ?? [];
}

/** A rejected record as it is kept. */
async function rejected(data: string | Uint8Array): Promise<string> {
  const bodies: unknown[] = [];
  const send = async ({ input }: PutObjectCommand): Promise<void> => void bodies.push(input.Body);
  await keepRejectedIn({ s3: { send } as unknown as S3Client, bucketName: 'kept' })({
    reason: 'invalid_event',
    detail: 'metrics.likes: is wrong',
    shardId: 'shardId-000000000000',
    sequenceNumber: '1',
    partitionKey: 'p',
    arrivedAtMs: ARRIVED_MS,
    data: Buffer.from(data),
  });
  return String(bodies[0]);
}

function givenUp(...payloads: readonly string[]) {
  const records = payloads.map((data, i) => ({
    shardId: 'shardId-000000000000',
    sequenceNumber: String(i),
    partitionKey: 'p',
    arrivedAtMs: ARRIVED_MS,
    data: Buffer.from(data),
  }));
  return failureObject({ condition: 'RetryAttemptsExhausted', records, attempts: 50 }, ARRIVED_MS);
}

describe('the time of a rejected record', () => {
  test('is that of its event, also where the event is wrong', async () => {
    expect(eventTimes(await rejected(JSON.stringify({ ...makePost(), metrics: { likes: -1 } })))).toEqual([CREATED_MS]);
  });

  test.each([
    ['is no JSON', '{"created_at":"2026'],
    ['has no time', '{}'],
    ['has something else as its time', '{"created_at":17}'],
    ['has a time that is none', '{"created_at":"yesterday"}'],
    ['has a time in the future', '{"created_at":"9999-01-01T00:00:00.000Z"}'],
    ['is no object', '"text"'],
  ])('is that of its arrival where it %s', async (_, data) => {
    expect(eventTimes(await rejected(data))).toEqual([ARRIVED_MS]);
  });

  test('is that of its arrival where it is not UTF-8', async () => {
    expect(eventTimes(await rejected(new Uint8Array([0xff, 0xfe])))).toEqual([ARRIVED_MS]);
  });
});

describe('the times of a batch that was given up', () => {
  const object = givenUp(JSON.stringify(makePost()), 'nonsense');

  test('are those of its events, as Lambda writes it, with the payload as a text', () => {
    expect(typeof object.payload).toBe('string');
    expect(eventTimes(JSON.stringify(object))).toEqual([CREATED_MS, ARRIVED_MS]);
  });

  test('are the same with the payload as an object', () => {
    const payload: unknown = JSON.parse(object.payload);

    expect(eventTimes(JSON.stringify({ ...object, payload }))).toEqual([CREATED_MS, ARRIVED_MS]);
  });
});

test('an object that is neither has no times', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (object) => {
      expect(eventTimes(object)).toEqual([]);
    }),
  );
});

describe('what is kept', () => {
  test('of a rejected record is its reason, what is wrong and all its bytes', async () => {
    const bytes = new Uint8Array([0x22, 0xff, 0x22]);

    expect(readKeptObject(await rejected(bytes))).toEqual({
      reason: 'invalid_event',
      detail: 'metrics.likes: is wrong',
      records: [
        {
          data: Buffer.from(bytes),
          shardId: 'shardId-000000000000',
          sequenceNumber: '1',
          partitionKey: 'p',
          arrivedAtMs: ARRIVED_MS,
        },
      ],
    });
  });

  test('of a batch that was given up is why, and all records in their order', () => {
    const content = readKeptObject(JSON.stringify(givenUp('a', 'b')));

    expect(content).toMatchObject({ reason: 'given_up', detail: 'RetryAttemptsExhausted, from sequence number 0' });
    expect(content?.records.map(({ data }) => Buffer.from(data).toString('utf8'))).toEqual(['a', 'b']);
    expect(content?.records[1]).toMatchObject({ shardId: 'shardId-000000000000', partitionKey: 'p' });
  });

  test('of a batch of table changes is the event of each row, and the table', () => {
    const change = {
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/live-1/stream/2026-11-20T00:00:00.000',
      dynamodb: {
        SequenceNumber: '7',
        ApproximateCreationDateTime: ARRIVED_MS / 1_000,
        Keys: { key_datetime: { S: '3#2026-11-20T17:38' } },
        NewImage: { doc: { S: '{"v":1}' } },
      },
    };
    const content = readKeptObject(JSON.stringify({ ...givenUp(), payload: { Records: [change] } }));

    expect(content?.records).toEqual([
      {
        data: Buffer.from('{"v":1}'),
        shardId: 'live-1',
        sequenceNumber: '7',
        partitionKey: '3#2026-11-20T17:38',
        arrivedAtMs: ARRIVED_MS,
      },
    ]);
  });
});
