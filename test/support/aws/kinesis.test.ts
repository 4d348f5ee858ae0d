import fc from 'fast-check';
import { expect, test } from 'vitest';

import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { virtualClock } from '../virtual-clock.ts';
import { failureObject } from './kinesis-event.ts';
import { simulatedStream, type SimulatedStream } from './kinesis.ts';
import { network } from './network.ts';

const KEYS = 1n << 128n;

function start(shardCount: number) {
  const clock = virtualClock(Date.UTC(2026, 10, 20));
  const net = network(clock, seededRandom(3));
  const stream = simulatedStream(net, shardCount);
  const putRecords = stream.putRecordsOf({ name: 'test', isAlive: true });
  const put = (texts: readonly string[], hashKey?: string) =>
    clock.run(
      putRecords(
        texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text, ExplicitHashKey: hashKey })),
        new AbortController().signal,
      ),
    );
  return { net, stream, put };
}

function texts({ shards }: SimulatedStream): string[][] {
  return shards.map(({ records }) => records.map(({ data }) => Buffer.from(data).toString('utf8')));
}

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_HashKeyRange.html
test('whatever is split and merged, the open shards cover every hash key once', () => {
  const step = fc.record({ isSplit: fc.boolean(), at: fc.nat() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 12 }), (count, steps) => {
      const { stream } = start(count);
      for (const { isSplit, at } of steps) {
        const open = stream.shards
          .filter((shard) => !shard.isClosed)
          .toSorted((a, b) => (a.fromKey < b.fromKey ? -1 : 1));
        const [a, b] = [open[at % open.length], open[(at % open.length) + 1]];
        if (a === undefined) continue;
        if (isSplit || b === undefined) stream.split(a);
        else stream.merge(a, b);
      }
      const open = stream.shards
        .filter((shard) => !shard.isClosed)
        .toSorted((a, b) => (a.fromKey < b.fromKey ? -1 : 1));
      expect([0n, ...open.map(({ toKey }) => toKey)]).toEqual([...open.map(({ fromKey }) => fromKey), KEYS]);
    }),
  );
});

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html
test('an explicit hash key chooses the shard whatever the partition key', async () => {
  const { stream, put } = start(4);
  await put(['a', 'b', 'c'], String(stream.shards[2]?.fromKey));

  expect(texts(stream)).toEqual([[], [], ['a', 'b', 'c'], []]);
});

// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
test('within a shard sequence numbers grow, and no double could hold them', async () => {
  const { stream, put } = start(1);
  for (const text of ['a', 'b', 'c']) await put([text]);
  const numbers = stream.shards[0]?.records.map(({ sequenceNumber }) => BigInt(sequenceNumber)) ?? [];

  expect(numbers).toEqual(numbers.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(new Set(numbers.map(Number)).size).toBe(1);
});

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html: FailedRecordCount
test('entries of a request fail by themselves, and only the others are on the stream', async () => {
  const { net, stream, put } = start(1);
  net.rates = { ...net.rates, partial: 1 };
  const sent = Array.from({ length: 40 }, (_, i) => String(i));
  const { Records = [] } = await put(sent);
  const taken = sent.filter((_, i) => Records[i]?.ErrorCode === undefined);

  expect(taken.length).toBeGreaterThan(0);
  expect(taken.length).toBeLessThan(sent.length);
  expect(texts(stream)).toEqual([taken]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html#kinesis-on-failure-destination-example-s3
test('what is kept of a batch that was given up names its place in the stream and holds the whole event', async () => {
  const { stream, put } = start(1);
  await put(['a', 'b']);
  const records = stream.shards[0]?.records ?? [];
  const kept = failureObject({ condition: 'RetryAttemptsExhausted', records, attempts: 3 }, Date.UTC(2026, 10, 21));

  expect(kept.KinesisBatchInfo).toMatchObject({
    shardId: 'shardId-000000000000',
    startSequenceNumber: records[0]?.sequenceNumber,
    endSequenceNumber: records[1]?.sequenceNumber,
    batchSize: 2,
  });
  const { Records } = JSON.parse(kept.payload) as { Records: { kinesis: { data: string } }[] };
  expect(Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString('utf8'))).toEqual(['a', 'b']);
});
