import { beforeEach, describe, expect, test } from 'vitest';

import { kinesisSink } from '../../../producers/kinesis-sink.ts';
import { redrive, type RedriveRequest, type RedriveSummary } from '../../../producers/redrive/redrive.ts';
import { shardRing } from '../../../producers/shard-ring.ts';
import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { keptStoreIn } from '../../../storage/kept-store.ts';
import { keepRejectedIn, type RejectedRecord } from '../../../storage/rejected-store.ts';
import { failureObject } from '../../support/aws/kinesis-event.ts';
import { simulatedStream, type SimulatedStream } from '../../support/aws/kinesis.ts';
import { network, type Network, type Process } from '../../support/aws/network.ts';
import { simulatedS3, type SimulatedS3 } from '../../support/aws/s3.ts';
import { virtualClock, type VirtualClock } from '../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const HOUR_MS = 3_600_000;
const BUCKET = 'kept';

let clock: VirtualClock;
let net: Network;
let s3: SimulatedS3;
let stream: SimulatedStream;

beforeEach(() => {
  clock = virtualClock(NOW_MS);
  net = network(clock, seededRandom(5));
  s3 = simulatedS3(net);
  stream = simulatedStream(net, 2);
});

async function keep(number: number, overrides: Partial<RejectedRecord> = {}): Promise<void> {
  const keepRejected = keepRejectedIn({ s3: s3.clientOf({ name: 'write-live', isAlive: true }), bucketName: BUCKET });
  await clock.run(
    keepRejected({
      reason: 'invalid_event',
      detail: 'metrics.likes: is wrong',
      shardId: 'shardId-000000000000',
      sequenceNumber: String(number).padStart(4, '0'),
      partitionKey: '00',
      arrivedAtMs: NOW_MS - HOUR_MS,
      data: Buffer.from(`record ${number}`),
      ...overrides,
    }),
  );
}

function giveUp(key: string, ...texts: readonly string[]): void {
  const records = texts.map((text, i) => ({
    shardId: 'shardId-000000000000',
    sequenceNumber: String(i),
    partitionKey: '00',
    arrivedAtMs: NOW_MS - 60 * HOUR_MS,
    data: Buffer.from(text),
  }));
  const object = failureObject({ condition: 'RetryAttemptsExhausted', records, attempts: 50 }, NOW_MS);
  s3.put(BUCKET, `aws/lambda/mapping/shard/${key}`, Buffer.from(JSON.stringify(object)));
}

interface RunOptions extends Partial<RedriveRequest> {
  readonly isDry?: boolean;
  readonly process?: Process;
  readonly stop?: AbortSignal;
  /** Told at every request to the stream. */
  readonly onPut?: () => Promise<void>;
  readonly onProgress?: (objects: number, total: number) => void;
}

async function run(options: RunOptions = {}): Promise<RedriveSummary> {
  const { isDry = false, process = { name: 'redrive', isAlive: true }, stop = new AbortController().signal } = options;
  const putRecords = stream.putRecordsOf(process);
  const sink = kinesisSink({
    streamName: 'events',
    putRecords: async (...request) => {
      await options.onPut?.();
      return putRecords(...request);
    },
    shards: await shardRing(() => stream.listShards()),
    wait: clock.wait,
    random: () => 0.5,
  });
  const deps = {
    store: keptStoreIn({ s3: s3.clientOf(process), bucketName: BUCKET }),
    sink: isDry ? undefined : sink,
    inTimeFromMs: NOW_MS - 48 * HOUR_MS,
    stop,
    onProgress: options.onProgress ?? (() => undefined),
  };
  const { sinceMs = 0, reason, examples, withPreview } = options;
  return redrive(deps, { sinceMs, reason, examples, withPreview });
}

function sent(): string[] {
  return stream.shards.flatMap(({ records }) => records.map(({ data }) => Buffer.from(data).toString('utf8')));
}

function keys(prefix: string): string[] {
  return [...s3.objects(BUCKET).keys()].filter((key) => key.startsWith(prefix));
}

describe('a redrive', () => {
  test('sends rejected records and given-up batches again, byte for byte, and moves what kept them away whole', async () => {
    await keep(1);
    await keep(2, { data: new Uint8Array([0xff, 0x00]), reason: 'not_utf8' });
    giveUp('a', 'first', 'second');
    const before = new Map(s3.objects(BUCKET));

    const summary = await clock.run(run());

    expect(sent().toSorted()).toEqual(
      ['first', 'record 1', 'second', Buffer.from([0xff, 0x00]).toString('utf8')].toSorted(),
    );
    expect(keys('rejected/')).toEqual([]);
    expect(keys('aws/lambda/')).toEqual([]);
    for (const [key, body] of before) expect(s3.objects(BUCKET).get(`redriven/${key}`)).toEqual(body);
    expect(summary.reasons).toMatchObject([
      { reason: 'given_up', objects: 1, records: 2, tooLate: 2, sent: 2 },
      { reason: 'invalid_event', objects: 1, records: 1, tooLate: 0, sent: 1 },
      { reason: 'not_utf8', objects: 1, records: 1, tooLate: 0, sent: 1 },
    ]);
  });

  test('finds nothing the second time', async () => {
    await keep(1);
    await clock.run(run());

    const summary = await clock.run(run());

    expect(summary).toEqual({ reasons: [], unreadable: [], isComplete: true });
    expect(sent()).toEqual(['record 1']);
  });

  test('says what there is and does nothing when it is dry', async () => {
    for (let i = 0; i < 5; i++) await keep(i);
    const before = [...s3.objects(BUCKET).keys()];

    const { reasons } = await clock.run(run({ isDry: true }));

    expect(reasons).toMatchObject([{ reason: 'invalid_event', objects: 5, records: 5, sent: 0 }]);
    expect(reasons[0]?.examples).toHaveLength(3);
    expect(reasons[0]?.examples[0]).toEqual({ key: before[0], detail: 'metrics.likes: is wrong' });
    expect(sent()).toEqual([]);
    expect([...s3.objects(BUCKET).keys()]).toEqual(before);
  });

  test('names every object where all are asked for, and shows of its content what is asked for, and nothing else', async () => {
    for (let i = 0; i < 5; i++) await keep(i);
    giveUp('a', 'first', 'second');

    const { reasons } = await clock.run(run({ isDry: true, examples: Infinity }));
    const shown = await clock.run(run({ isDry: true, examples: Infinity, withPreview: true }));

    expect(reasons.flatMap(({ examples }) => examples.map(({ key }) => key)).toSorted()).toEqual(
      [...s3.objects(BUCKET).keys()].toSorted(),
    );
    expect(JSON.stringify(reasons)).not.toMatch(/record 1|first|preview/);
    expect(shown.reasons.map(({ examples }) => examples.map(({ preview }) => preview))).toEqual([
      [0, 1, 2, 3, 4].map((i) => `"record ${i}"`),
      ['"first"'],
    ]);
  });

  test('leaves other reasons alone', async () => {
    await keep(1);
    await keep(2, { reason: 'unprocessable' });

    await clock.run(run({ reason: 'unprocessable' }));

    expect(sent()).toEqual(['record 2']);
    expect(keys('rejected/')).toHaveLength(1);
  });

  test('leaves alone what was kept before', async () => {
    await keep(1);
    await clock.runUntil(NOW_MS + 2 * HOUR_MS);
    await keep(2);

    await clock.run(run({ sinceMs: NOW_MS + HOUR_MS }));

    expect(sent()).toEqual(['record 2']);
  });

  test('tells of an object that is neither, and leaves it', async () => {
    s3.put(BUCKET, 'rejected/2026-11-20/readme.txt', Buffer.from('hello'));

    expect(await clock.run(run())).toEqual({
      reasons: [],
      unreadable: ['rejected/2026-11-20/readme.txt'],
      isComplete: true,
    });
    expect(keys('rejected/')).toHaveLength(1);
  });

  test('goes through hundreds of objects', async () => {
    for (let i = 0; i < 300; i++) await keep(i);

    await clock.run(run());

    expect(sent()).toHaveLength(300);
    expect(keys('rejected/')).toEqual([]);
  });

  test('begins nothing new once it is stopped', async () => {
    await keep(1);
    const summary = await clock.run(run({ stop: AbortSignal.abort() }));

    expect(summary).toEqual({ reasons: [], unreadable: [], isComplete: false });
    expect(sent()).toEqual([]);
    expect(keys('rejected/')).toHaveLength(1);
  });

  test('leaves what is rejected again while it runs to the next run', async () => {
    for (let i = 0; i < 100; i++) await keep(i);
    await clock.runUntil(NOW_MS + 2 * HOUR_MS);
    let [again, requests] = [0, 0];
    const rejectAgain = async (): Promise<void> => {
      requests += 1;
      s3.put(BUCKET, `rejected/2026-11-20/zz-${again++}.json`, Buffer.from('sent already'));
    };

    const { reasons, unreadable } = await clock.run(run({ onPut: rejectAgain }));

    expect(reasons).toMatchObject([{ records: 100, sent: 100 }]);
    expect(unreadable).toEqual([]);
    expect(requests).toBeGreaterThan(3);
    expect(keys('rejected/')).toHaveLength(requests);
  });

  test('reads large objects a few at a time', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) giveUp(key, ...Array.from({ length: 6 }, () => 'x'.repeat(900_000)));
    const progress: [number, number][] = [];

    await clock.run(run({ onProgress: (objects, total) => progress.push([objects, total]) }));

    expect(progress).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
    expect(sent()).toHaveLength(30);
  });
});

describe('whatever happens on the way', () => {
  test('every record reaches the stream, none waits at the end, and each is kept whole', async () => {
    for (let seed = 0; seed < 40; seed++) {
      clock = virtualClock(NOW_MS);
      const random = seededRandom(seed);
      net = network(clock, random);
      s3 = simulatedS3(net);
      stream = simulatedStream(net, 2);
      for (let i = 0; i < 40; i++) await keep(i);
      giveUp('a', 'first', 'second');
      const before = new Map(s3.objects(BUCKET));

      net.rates = { throttled: 0.05, requestLost: 0.05, answerLost: 0.05, partial: 0.3, slow: 0.05 };
      for (let attempt = 0; attempt < 4; attempt++) await runThatDies(random.below(5_000));
      net.rates = { throttled: 0, requestLost: 0, answerLost: 0, partial: 0, slow: 0 };
      await clock.runUntil(clock.now() + HOUR_MS);
      // Two at once, to the end.
      await clock.run(Promise.all([run(), run()]));

      expect([...keys('rejected/'), ...keys('aws/lambda/')]).toEqual([]);
      expect(new Set(sent())).toEqual(
        new Set([...Array.from({ length: 40 }, (_, i) => `record ${i}`), 'first', 'second']),
      );
      for (const [key, body] of before) expect(s3.objects(BUCKET).get(`redriven/${key}`)).toEqual(body);
    }
  });
});

/** A redrive whose process dies, or that fails, after a time. */
async function runThatDies(afterMs: number): Promise<void> {
  const process = { name: 'redrive', isAlive: true };
  const died = clock.sleep(afterMs).then(() => (process.isAlive = false));
  await clock.run(Promise.race([run({ process }).catch(() => undefined), died]));
  process.isAlive = false;
}
