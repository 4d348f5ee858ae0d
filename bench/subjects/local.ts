import { setTimeout as delay } from 'node:timers/promises';

import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { windowAt } from '../../core/windows.ts';
import { openTrends, type Trends } from '../../deployment/open-trends.ts';
import { readIngestion } from '../../deployment/read-outputs.ts';
import { clientConfig, type Target } from '../../deployment/target.ts';
import { kinesisSink, type PutRecords } from '../../producers/kinesis-sink.ts';
import { listShardsOf, shardRing } from '../../producers/shard-ring.ts';
import { wait } from '../../producers/wait.ts';
import { viewWindow } from '../../storage/view-window.ts';
import { startTestEmulator } from '../../test/support/emulator.ts';
import { makePost } from '../../test/support/make-event.ts';
import { against, percentile, timed, type Measurement, type Subject } from '../measurement.ts';

const EVENTS = 20_000;
const ENTRIES_PER_PUT = 500;
const PROBES = 40;
const PRESET = 'trends';
/** Long ago: the functions see at once that the events are too late, and leave the machine to the measurement. */
const LONG_AGO = '2020-01-01T00:00:00.000Z';

/** The way of an event through an emulator on this machine. */
export const local: Subject = {
  name: 'local',
  about: 'events/s into the emulator; from the put until a read finds the post',
  async measure() {
    await using emulator = await startTestEmulator({ preset: PRESET });
    const { target } = emulator;
    const { StreamName } = await readIngestion(target, PRESET);
    const kinesis = new KinesisClient({ ...clientConfig(target), requestHandler: new NodeHttpHandler() });
    const put: PutRecords = (records, abortSignal) =>
      kinesis.send(new PutRecordsCommand({ StreamName, Records: [...records] }), { abortSignal });
    const visible = await measureVisible(target, put);
    return [...(await measureSink(kinesis, { streamName: StreamName, put })), ...visible];
  },
};

interface Stream {
  readonly streamName: string;
  readonly put: PutRecords;
}

async function measureSink(kinesis: KinesisClient, { streamName, put }: Stream): Promise<Measurement[]> {
  const data = Array.from({ length: EVENTS }, (_, i) =>
    Buffer.from(JSON.stringify(makePost({ id: `twitter:${i}`, created_at: LONG_AGO, observed_at: LONG_AGO }))),
  );
  const one = await timed(async () => {
    for (let i = 0; i < EVENTS; i += ENTRIES_PER_PUT)
      await put(data.slice(i, i + ENTRIES_PER_PUT).map(entryOf), new AbortController().signal);
  });
  const sink = kinesisSink({
    streamName,
    putRecords: put,
    shards: await shardRing(listShardsOf(kinesis, streamName)),
    wait,
    random: Math.random,
  });
  const through = await timed(async () => {
    for (const record of data) await sink.put(record, () => undefined);
    await sink.flush();
  });
  return against(rate('one full PutRecords after the other into the emulator', one.ms), [
    rate('the sink into the emulator', through.ms),
  ]);
}

function rate(what: string, ms: number): Measurement {
  return { what, value: (EVENTS * 1_000) / ms, unit: 'events/s' };
}

function entryOf(Data: Uint8Array, i: number) {
  return { Data, PartitionKey: String(i) };
}

/** A post at a time with a hashtag of its own, until a read of the open minute, made every 10 ms in this process, has it. */
async function measureVisible(target: Target, put: PutRecords): Promise<Measurement[]> {
  const trends = await openTrends(target, PRESET);
  const puts: number[] = [];
  const waits: number[] = [];
  for (let i = 0; i < PROBES; i++) {
    const now = new Date().toISOString();
    const post = makePost({ id: `twitter:probe-${i}`, hashtags: [`probe${i}`], created_at: now, observed_at: now });
    const startedMs = performance.now();
    await put([entryOf(Buffer.from(JSON.stringify(post)), i)], new AbortController().signal);
    puts.push(performance.now() - startedMs);
    while (!(await isShown(trends, `probe${i}`, Date.parse(now)))) await delay(10);
    waits.push(performance.now() - startedMs);
  }
  return [0.5, 0.95].flatMap((share) =>
    against({ what: `put into the emulator, p${share * 100}`, value: percentile(puts, share), unit: 'ms' }, [
      { what: `put until a read finds it, p${share * 100}`, value: percentile(waits, share), unit: 'ms' },
    ]),
  );
}

async function isShown({ stores, settings }: Trends, keyword: string, createdMs: number): Promise<boolean> {
  const request = { window: windowAt('minute', createdMs), category: 'all', limit: 100 };
  const { ranking } = await viewWindow({ stores, settings, nowMs: Date.now() }, request);
  return ranking.some(({ key_word }) => key_word === keyword);
}
