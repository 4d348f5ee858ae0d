import { expect, test } from 'vitest';

import { consecutiveRun } from '../../producers/checkpoint.ts';
import { rejectionText } from '../../producers/encode-event.ts';
import { kinesisSink } from '../../producers/kinesis-sink.ts';
import { AbortedPutError } from '../../producers/put-error.ts';
import { runProducer, type RunOptions } from '../../producers/run-producer.ts';
import { shardRing } from '../../producers/shard-ring.ts';
import { SourceError } from '../../producers/source-error.ts';
import type { Source, SourceItem } from '../../producers/source.ts';
import { CREATED_AT, makePost } from '../support/make-event.ts';
import { fakeStream, makeShards, type FakeStream } from './fake-stream.ts';
import { virtualClock } from '../support/virtual-clock.ts';

async function makeRun(source: Source, stream: FakeStream = fakeStream(makeShards(2))) {
  const clock = virtualClock(Date.parse(CREATED_AT) + 60_000);
  const sink = kinesisSink({
    streamName: 'events',
    putRecords: stream.putRecords,
    shards: await shardRing(stream.listShards),
    wait: clock.wait,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const rejected: string[] = [];
  const accepted: string[] = [];
  const run = consecutiveRun();
  const options: RunOptions = {
    source,
    sink,
    stop: stop.signal,
    run,
    now: clock.now,
    onAccepted: (event) => accepted.push(event.id),
    onRejected: ({ place }, why) => rejected.push(`${place}: ${rejectionText(why)}`),
  };
  return { clock, sink, stop, rejected, accepted, run, stream, options };
}

function good(n: number): SourceItem {
  return { kind: 'event', value: makePost({ id: `twitter:${n}` }), place: `line ${n}`, cursor: String(n) };
}

function bad(n: number): SourceItem {
  return { kind: 'rejected', place: `line ${n}`, reason: 'not_json', cursor: String(n) };
}

async function* from(items: readonly SourceItem[]): AsyncGenerator<SourceItem> {
  for (const item of items) yield await Promise.resolve(item);
}

test('good items are sent, bad ones are counted and told, and the run ends when all is stored', async () => {
  const noEvent: SourceItem = { kind: 'event', value: { v: 2 }, place: 'line 3', cursor: '3' };
  const { clock, options, rejected, accepted, run, stream } = await makeRun(() =>
    from([good(1), bad(2), noEvent, good(4), bad(5)]),
  );

  const summary = await clock.run(runProducer(options));

  const reasons = new Map(Object.entries({ not_json: 2, unsupported_version: 1 }));
  expect(summary).toEqual({ sent: 2, retried: 0, rejected: 3, reasons });
  expect(rejected).toEqual(['line 2: not_json', 'line 3: unsupported_version (v is not 1)', 'line 5: not_json']);
  expect(accepted).toEqual(['twitter:1', 'twitter:4']);
  expect(run.cursor()).toBe('5');
  expect(stream.taken).toHaveLength(2);
});

test('a source is started after the checkpoint', async () => {
  let after: string | undefined;
  const { clock, options } = await makeRun(({ resumeAfter }) => {
    after = resumeAfter;
    return from([]);
  });

  await clock.run(runProducer({ ...options, resumeAfter: '17' }));

  expect(after).toBe('17');
});

test('the checkpoint does not pass an event that the stream has not taken', async () => {
  const gate = Promise.withResolvers<boolean>();
  const { clock, options, run } = await makeRun(
    () => from([bad(1), good(2), bad(3)]),
    fakeStream(makeShards(1), () => gate.promise),
  );
  const running = runProducer(options);
  await clock.step();
  const before = run.cursor();

  gate.resolve(false);
  await clock.run(running);

  expect([before, run.cursor()]).toEqual(['1', '3']);
});

test('a stop reads no more, and what was read is sent', async () => {
  const { clock, options, stop, stream } = await makeRun(async function* () {
    for (let n = 1; ; n++) {
      if (n === 10) stop.abort();
      yield await Promise.resolve(good(n));
    }
  });

  const summary = await clock.run(runProducer(options));

  expect(summary.sent).toBe(10);
  expect(stream.taken).toHaveLength(10);
});

test('giving up ends the run although the stream takes nothing', async () => {
  const { clock, options, sink } = await makeRun(
    () => from([good(1), good(2)]),
    fakeStream(makeShards(1), () => true),
  );
  const running = runProducer(options);
  for (let i = 0; i < 10; i++) await clock.step();

  sink.abort();

  await expect(running).rejects.toThrow(AbortedPutError);
  expect(sink.counts()).toMatchObject({ sent: 0, pending: 2 });
});

test('what was read before a source broke off is sent', async () => {
  const { clock, options, stream, run } = await makeRun(async function* () {
    yield* from([good(1), good(2)]);
    throw new SourceError('the file breaks off');
  });

  const running = clock.run(runProducer(options));

  await expect(running).rejects.toThrow(SourceError);
  expect(stream.taken).toHaveLength(2);
  expect(run.cursor()).toBe('2');
});
