import type { Operations } from '../cost/operations.ts';
import { WINDOW_NAMES, type WindowName } from '../core/windows.ts';
import { readConfig, trendSettings } from '../lib/config.ts';
import { presetNamed, type PresetName } from '../presets/presets.ts';
import { generate } from '../producers/sources/generator.ts';
import { seededRandom } from '../producers/sources/generator/random.ts';
import { deploy, SUMMARIES, type Deployment } from '../test/faults/deployment.ts';
import { eventSourceMapping } from '../test/support/aws/event-source-mapping.ts';
import { simulatedStream } from '../test/support/aws/kinesis.ts';
import { network, type Network } from '../test/support/aws/network.ts';
import { virtualClock, type VirtualClock } from '../test/support/virtual-clock.ts';
import { invocationTime, PAGE_ITEMS, TIMEOUT_MS } from './as-deployed.ts';

const START_MS = Date.UTC(2026, 10, 20, 17, 0, 0);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const EVERY_MINUTES: Readonly<Record<WindowName, number>> = { minute: 1, '5-minute': 5, hour: 10 };
const S3_WRITES = new Set(['PutObjectCommand', 'ListObjectsV2Command', 'CopyObjectCommand']);
const S3_READS = new Set(['GetObjectCommand']);
/** As `WriteLive` and the schedules are deployed. */
const MAPPING = {
  batchSize: 500,
  maximumBatchingWindowInSeconds: 1,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: true,
  reportBatchItemFailures: true,
};

interface Counting {
  readonly clock: VirtualClock;
  readonly net: Network;
  readonly app: Deployment;
  readonly calls: Map<string, number>;
  readonly invocations: Map<string, number>;
  readonly seconds: Map<string, number>;
}

export interface CountRequest {
  readonly preset: PresetName;
  /** Events a second. */
  readonly rate: number;
  /** How long is simulated; what is counted is scaled to an hour. */
  readonly minutes: number;
}

/**
 * Runs the stage, with the settings of the preset, on generated posts over simulated services that count, and returns
 * what an hour of it takes.
 * @throws Error if an invocation fails, or takes longer than it may
 */
export async function countOperations({ preset, rate, minutes }: CountRequest): Promise<Operations> {
  const clock = virtualClock(START_MS);
  const net = network(clock, seededRandom(1));
  const app = deploy(net, trendSettings(readConfig({ preset })), PAGE_ITEMS);
  const counting: Counting = { clock, net, app, calls: new Map(), invocations: new Map(), seconds: new Map() };
  net.onEvent = (line) => add(counting.calls, line.split(' ', 2)[1] ?? '', 1);
  const stream = simulatedStream(net, Math.max(1, Math.ceil(rate / 1_000)));
  eventSourceMapping({
    stream,
    clock,
    settings: MAPPING,
    invoke: (event) => timedInvocation(counting, 'write-live', (process) => app.writeLive(process)(event)),
    onFailure: () => {
      throw new Error('nothing fails here');
    },
  });
  const endMs = START_MS + minutes * MINUTE_MS;
  const streamBytes = { sum: 0 };
  void runSchedules(counting, endMs);
  if (rate > 0)
    void sendAll(counting, {
      preset,
      rate,
      endMs,
      streamBytes,
      put: stream.putRecordsOf({ name: 'producer', isAlive: true }),
    });
  await clock.runUntil(endMs + 10 * SECOND_MS);
  return scaled(counting, { rate, streamBytes: streamBytes.sum, perHour: 60 / minutes });
}

interface Sending {
  readonly preset: PresetName;
  readonly rate: number;
  readonly endMs: number;
  readonly streamBytes: { sum: number };
  readonly put: ReturnType<ReturnType<typeof simulatedStream>['putRecordsOf']>;
}

async function sendAll({ clock }: Counting, { preset, rate, endMs, streamBytes, put }: Sending): Promise<void> {
  let batch: { Data: Uint8Array; PartitionKey: string }[] = [];
  for (const { event, atMs } of generate({
    preset: presetNamed(preset),
    seed: 1,
    startMs: START_MS,
    rate,
    duplicates: 0,
    late: 0.02,
  })) {
    if (atMs >= endMs) return;
    if (atMs > clock.now() || batch.length === 500) {
      if (batch.length > 0) void put(batch, new AbortController().signal);
      batch = [];
      await clock.sleep(atMs - clock.now());
    }
    const Data = Buffer.from(JSON.stringify(event));
    streamBytes.sum += Data.byteLength;
    batch.push({ Data, PartitionKey: String(batch.length % 97).padStart(2, '0') });
  }
}

async function runSchedules(counting: Counting, endMs: number): Promise<void> {
  const { clock, app } = counting;
  for (let minute = 1; START_MS + minute * MINUTE_MS <= endMs; minute++) {
    await clock.sleep(START_MS + minute * MINUTE_MS + 3 * SECOND_MS - clock.now());
    for (const name of WINDOW_NAMES) {
      if (minute % EVERY_MINUTES[name] !== 0) continue;
      void timedInvocation(counting, `aggregate-${name}`, (process) =>
        app.aggregate(process, name)(
          { scheduled_time: new Date(clock.now()).toISOString() },
          invocationTime(clock.now),
        ),
      );
    }
  }
}

async function timedInvocation<T>(
  { clock, invocations, seconds }: Counting,
  name: string,
  run: (process: { name: string; isAlive: boolean }) => Promise<T>,
): Promise<T> {
  const startedMs = clock.now();
  const result = await run({ name, isAlive: true });
  const tookMs = clock.now() - startedMs;
  if (tookMs > TIMEOUT_MS) throw new Error(`${name} would have been ended after ${TIMEOUT_MS} ms`);
  add(invocations, name, 1);
  add(seconds, name, tookMs / SECOND_MS);
  return result;
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

interface Scale {
  readonly rate: number;
  readonly streamBytes: number;
  readonly perHour: number;
}

function scaled({ app, calls, invocations, seconds }: Counting, { rate, streamBytes, perHour }: Scale): Operations {
  const hourly = (count: number): number => Math.round(count * perHour * 100) / 100;
  const each = (counts: Iterable<readonly [string, number]>): Record<string, number> =>
    Object.fromEntries(
      [...counts].map(([key, count]) => [key, hourly(count)] as const).filter(([, count]) => count > 0),
    );
  const sumOf = (commands: ReadonlySet<string>): number =>
    [...calls].reduce((sum, [command, count]) => sum + (commands.has(command) ? count : 0), 0);
  const summaries = [...app.s3.objects(SUMMARIES).values()];
  return {
    rate,
    streamBytes: hourly(streamBytes),
    writeUnits: each([...app.dynamo.units].map(([table, { write }]) => [table, write] as const)),
    readUnits: each([...app.dynamo.units].map(([table, { read }]) => [table, read] as const)),
    liveRowBytes: hourly(app.liveBytes()),
    s3Writes: hourly(sumOf(S3_WRITES)),
    s3Reads: hourly(sumOf(S3_READS)),
    summaryBytes: hourly(summaries.reduce((sum, { byteLength }) => sum + byteLength, 0)),
    invocations: each(invocations),
    seconds: each(seconds),
  };
}
