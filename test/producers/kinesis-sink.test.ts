import { KinesisServiceException } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';

import { kinesisSink, type KinesisSink } from '../../producers/kinesis-sink.ts';
import { AbortedPutError, FatalPutError } from '../../producers/put-error.ts';
import { shardRing } from '../../producers/shard-ring.ts';
import { fakeStream, makeShards, type FakeStream } from './fake-stream.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';

async function openSink(
  stream: FakeStream,
  options: { readonly random?: () => number } = {},
): Promise<{ sink: KinesisSink; clock: VirtualClock }> {
  const clock = virtualClock();
  const sink = kinesisSink({
    streamName: 'events',
    putRecords: stream.putRecords,
    shards: await shardRing(stream.listShards),
    wait: clock.wait,
    random: options.random ?? (() => 0.5),
  });
  return { sink, clock };
}

async function putAll(sink: KinesisSink, texts: readonly string[]): Promise<void> {
  for (const text of texts) await sink.put(Buffer.from(text), () => undefined);
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `event ${i}`);
}

function clientFault(name: string): KinesisServiceException {
  return new KinesisServiceException({ name, message: name, $fault: 'client', $metadata: {} });
}

test('S0-1: every event is sent exactly once', async () => {
  const stream = fakeStream(makeShards(3));
  const { sink, clock } = await openSink(stream);
  const texts = numbered(1_234);

  await clock.run(putAll(sink, texts).then(() => sink.flush()));

  expect(stream.taken.map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  expect(sink.counts()).toMatchObject({ sent: 1_234, retried: 0, pending: 0 });
});

test('S0-2, S0-3: the turn of the shards goes on over many requests and comes back to the first', async () => {
  const stream = fakeStream(makeShards(3));
  const { sink, clock } = await openSink(stream);

  for (const text of numbered(7)) await clock.run(putAll(sink, [text]).then(() => sink.flush()));

  expect(stream.requests).toHaveLength(7);
  expect(stream.taken.map(({ shard }) => shard)).toEqual([0, 1, 2, 0, 1, 2, 0].map((shard) => `shard-${shard}`));
});

test('S0-4: a stream of one shard takes everything', async () => {
  const stream = fakeStream(makeShards(1));
  const { sink, clock } = await openSink(stream);

  await clock.run(putAll(sink, numbered(5)).then(() => sink.flush()));

  expect(stream.taken.map(({ shard }) => shard)).toEqual(Array(5).fill('shard-0'));
});

test('S0-5: of a request that failed in part, only what failed is sent again, until it is taken', async () => {
  const stream = fakeStream(makeShards(2), (request, text) => request <= 3 && ['event 1', 'event 3'].includes(text));
  const { sink, clock } = await openSink(stream);

  await clock.run(putAll(sink, numbered(5)).then(() => sink.flush()));

  expect(stream.requests).toEqual([numbered(5), ...Array.from({ length: 3 }, () => ['event 1', 'event 3'])]);
  expect(stream.taken).toHaveLength(5);
  expect(sink.counts()).toMatchObject({ sent: 5, retried: 6, pending: 0 });
});

test('an answer that names fewer records than were sent has not taken the others', async () => {
  const stream = fakeStream(makeShards(1));
  let isFirst = true;
  const short: FakeStream = {
    ...stream,
    async putRecords(records, signal) {
      const sent = isFirst ? records.slice(0, 1) : records;
      isFirst = false;
      return stream.putRecords(sent, signal);
    },
  };
  const { sink, clock } = await openSink(short);

  await clock.run(putAll(sink, numbered(3)).then(() => sink.flush()));

  expect(stream.taken.map(({ text }) => text)).toEqual(numbered(3));
});

test('S0-6: after a reshard the new shards are listed and take their turn', async () => {
  const stream = fakeStream(makeShards(1, 'old'));
  const { sink, clock } = await openSink(stream);
  await clock.run(putAll(sink, ['before']).then(() => sink.flush()));

  stream.reshard(makeShards(3, 'new'));
  for (const text of numbered(4)) await clock.run(putAll(sink, [text]).then(() => sink.flush()));

  expect(stream.listings()).toBe(2);
  expect(new Set(stream.taken.slice(2).map(({ shard }) => shard))).toEqual(new Set(['new-0', 'new-1', 'new-2']));
});

test('S0-6: shards that are merged are noticed too, and a list that cannot be had stops nothing', async () => {
  const stream = fakeStream(makeShards(3));
  let canList = true;
  const listShards = () => (canList ? stream.listShards() : Promise.reject(new Error('busy')));
  const { sink, clock } = await openSink({ ...stream, listShards });
  stream.reshard(makeShards(1, 'merged'));

  canList = false;
  await clock.run(putAll(sink, ['a']).then(() => sink.flush()));
  canList = true;
  await clock.run(putAll(sink, ['b']).then(() => sink.flush()));
  await clock.run(putAll(sink, ['c']).then(() => sink.flush()));

  expect(stream.taken).toHaveLength(3);
  expect(stream.listings()).toBe(2);
});

test('a single event travels after a tenth of a second, without a flush', async () => {
  const stream = fakeStream(makeShards(1));
  const { sink, clock } = await openSink(stream);

  await sink.put(Buffer.from('lonely'), () => undefined);
  await clock.settle();
  expect(stream.taken).toEqual([]);
  await clock.step();

  expect(clock.now()).toBe(100);
  expect(stream.taken).toHaveLength(1);
});

test('requests take at most 500 records', async () => {
  const stream = fakeStream(makeShards(1));
  const { sink, clock } = await openSink(stream);

  await clock.run(putAll(sink, numbered(1_700)).then(() => sink.flush()));

  expect(Math.max(...stream.requests.map((texts) => texts.length))).toBe(500);
  expect(stream.taken).toHaveLength(1_700);
});

test('put waits while the sink is full: what is held is bounded, and so are the requests in flight', async () => {
  const gate = Promise.withResolvers<boolean>();
  const stream = fakeStream(makeShards(1), () => gate.promise);
  const { sink, clock } = await openSink(stream);
  let accepted = 0;
  const putting = (async () => {
    for (const text of numbered(10_000)) {
      await sink.put(Buffer.from(text), () => undefined);
      accepted += 1;
    }
    await sink.flush();
  })();

  for (let i = 0; i < 30; i++) await clock.step();
  const acceptedWhileBlocked = accepted;
  gate.resolve(false);
  await clock.run(putting);

  expect(acceptedWhileBlocked).toBe(4 * 500 + 2_000);
  expect(stream.taken).toHaveLength(10_000);
});

test('the bytes held are bounded as well', async () => {
  const gate = Promise.withResolvers<boolean>();
  const stream = fakeStream(makeShards(1), () => gate.promise);
  const { sink, clock } = await openSink(stream);
  let accepted = 0;
  const putting = (async () => {
    for (let i = 0; i < 60; i++) {
      await sink.put(Buffer.alloc(1_000_000, `${i % 10}`), () => undefined);
      accepted += 1;
    }
    await sink.flush();
  })();

  for (let i = 0; i < 30; i++) await clock.step();
  const acceptedWhileBlocked = accepted;
  gate.resolve(false);
  await clock.run(putting);

  expect(acceptedWhileBlocked).toBeLessThan(40);
  expect(Math.max(...stream.requests.map((texts) => texts.length))).toBe(5);
  expect(stream.taken).toHaveLength(60);
});

test('an event is called stored only when the stream has it', async () => {
  const stream = fakeStream(makeShards(1), (request, text) => request === 1 && text === 'b');
  const { sink, clock } = await openSink(stream);
  const stored: string[] = [];
  for (const text of ['a', 'b', 'c']) await sink.put(Buffer.from(text), () => stored.push(text));

  await clock.run(sink.flush());

  expect(stored).toEqual(['a', 'c', 'b']);
});

test.each(['ThrottlingException', 'LimitExceededException', 'KMSThrottlingException', 'RequestTimeoutException'])(
  'a request that fails with %s is sent again',
  async (name) => {
    const stream = fakeStream(makeShards(1), (request) => {
      if (request <= 2) throw clientFault(name);
      return false;
    });
    const { sink, clock } = await openSink(stream);

    await clock.run(putAll(sink, ['a', 'b']).then(() => sink.flush()));

    expect(sink.counts()).toMatchObject({ sent: 2, retried: 4 });
  },
);

test('a network that is gone for long is waited for, with pauses that grow to a bound', async () => {
  const stream = fakeStream(makeShards(1), (request) => {
    if (request <= 50) throw new Error('ECONNREFUSED');
    return false;
  });
  const { sink, clock } = await openSink(stream, { random: () => 0.999 });

  await clock.run(putAll(sink, ['a']).then(() => sink.flush()));

  expect(sink.counts().sent).toBe(1);
  expect(Math.max(...clock.waits)).toBeLessThan(10_000);
  expect(clock.waits.slice(-10).every((ms) => ms > 9_900)).toBe(true);
});

test.each([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'KMSDisabledException',
])('%s ends the sink at once, with one sentence that names the stream', async (name) => {
  const stream = fakeStream(makeShards(1), () => {
    throw clientFault(name);
  });
  const { sink, clock } = await openSink(stream);

  const failure = clock.run(putAll(sink, ['a']).then(() => sink.flush()));

  await expect(failure).rejects.toThrow(FatalPutError);
  await expect(failure).rejects.toThrow('events');
  expect(stream.requests).toHaveLength(1);
  await expect(sink.put(Buffer.from('b'), () => undefined)).rejects.toThrow(FatalPutError);
});

test('abort ends a back-off at once; what was not sent is still counted', async () => {
  const stream = fakeStream(makeShards(1), (_, text) => text === 'b');
  const { sink, clock } = await openSink(stream);
  const flushing = putAll(sink, ['a', 'b', 'c']).then(() => sink.flush());
  await clock.settle();
  for (let i = 0; i < 5; i++) await clock.step();

  sink.abort();

  await expect(flushing).rejects.toThrow(AbortedPutError);
  expect(sink.counts()).toMatchObject({ sent: 2, pending: 1 });
  expect(await clock.step()).toBe(false);
});

test('abort reaches the requests that are under way', async () => {
  const signals: AbortSignal[] = [];
  const stream = fakeStream(makeShards(1));
  const { sink, clock } = await openSink({
    ...stream,
    putRecords(_, signal) {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off'))));
    },
  });
  const flushing = putAll(sink, ['a']).then(() => sink.flush());
  await clock.settle();

  sink.abort();

  await expect(flushing).rejects.toThrow(AbortedPutError);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
