import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { Bench } from 'tinybench';

import type { StoredRecord } from '../../../test/support/aws/kinesis.ts';
import { transformationEvent } from '../../../test/support/firehose/transformation-event.ts';
import { lakeDay } from '../../../test/support/lake-day.ts';
import { transformWorld } from '../../../test/support/transform-world.ts';
import { against, type Measurement } from '../../measurement.ts';
import type { LakePart } from './lake-part.ts';

const EVENTS = 10_000;
/** What Firehose hands over at once. */
const BATCH_BYTES = 1024 ** 2;
const BENCH_MS = 2_000;

type Handler = (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult>;

/** From the event of Firehose to its answer, on one core, by the time of that core. */
export const transform: LakePart = {
  about: 'rows of generated records, and what an invocation takes besides',
  async measure() {
    const { records } = lakeDay({ seed: 1, events: EVENTS, rubbish: 0 });
    return [...(await measureRate(records)), ...(await measureInvocations(records))];
  },
};

async function measureRate(records: readonly StoredRecord[]): Promise<Measurement[]> {
  const batches = batchesOf(records).map(transformationEvent);
  const bench = new Bench({ time: BENCH_MS, now: threadMs })
    .add('JSON.parse and JSON.stringify of a record', () => {
      for (const { data } of records) JSON.stringify(JSON.parse(Buffer.from(data).toString('utf8')));
    })
    .add('transform-lake, in batches of 1 MiB', async () => {
      // A world for each run: what it counts would pile up.
      const world = transformWorld();
      for (const batch of batches) await world.handle(batch);
    });
  const [json, rows] = await medianMs(bench);
  const rate = (what: string, ms = Number.NaN): Measurement => ({
    what,
    value: (records.length * 1_000) / ms,
    unit: 'records/s',
  });
  const baseline = rate('JSON.parse and JSON.stringify of a record', json);
  return against(baseline, [rate('transform-lake, in batches of 1 MiB', rows)]);
}

/** From the text of an event to the text of its answer, as Lambda's runtime has it, against a handler that drops all. */
async function measureInvocations(records: readonly StoredRecord[]): Promise<Measurement[]> {
  const whole = batchesOf(records)[0]?.length ?? 0;
  const measurements: Measurement[] = [];
  for (const size of [0, 1, 100, whole]) {
    const payload = JSON.stringify(transformationEvent(records.slice(0, size)));
    const world = transformWorld();
    // The clock of a core is too coarse for one small invocation.
    const times = Math.ceil(whole / (size + 1));
    const bench = new Bench({ time: BENCH_MS / 2, now: threadMs })
      .add('empty', () => invokeTimes(times, dropAll, payload))
      .add('transform', () => invokeTimes(times, (event) => world.handle(event), payload));
    const [empty = Number.NaN, rows = Number.NaN] = (await medianMs(bench)).map((ms) => ms / times);
    const of = size === whole ? `1 MiB, ${size} records` : `${size} records`;
    const baseline = { what: `a handler that drops everything, ${of}`, value: empty, unit: 'ms' };
    measurements.push(...against(baseline, [{ what: `transform-lake, ${of}`, value: rows, unit: 'ms' }]));
  }
  return measurements;
}

const dropAll: Handler = async ({ records }) => ({
  records: records.map(({ recordId }) => ({ recordId, result: 'Dropped' as const })),
});

async function invokeTimes(times: number, handler: Handler, payload: string): Promise<void> {
  for (let i = 0; i < times; i++) JSON.stringify(await handler(JSON.parse(payload) as FirehoseTransformationEvent));
}

/** Of the core that this thread has had: others on the machine do not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function medianMs(bench: Bench): Promise<number[]> {
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
    return result.latency.p50;
  });
}

function batchesOf(records: readonly StoredRecord[]): StoredRecord[][] {
  const batches: StoredRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    bytes += record.data.byteLength;
    if (bytes > BATCH_BYTES) {
      batches.push([]);
      bytes = record.data.byteLength;
    }
    batches.at(-1)?.push(record);
  }
  return batches;
}
