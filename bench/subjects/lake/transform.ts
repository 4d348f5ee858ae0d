import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';

import type { StoredRecord } from '../../../test/support/aws/kinesis.ts';
import { transformationEvent } from '../../../test/support/firehose/transformation-event.ts';
import { lakeDay } from '../../../test/support/lake-day.ts';
import { transformWorld } from '../../../test/support/transform-world.ts';
import { coreMs } from '../../core-time.ts';
import { against, type Measurement } from '../../measurement.ts';
import type { LakePart } from './lake-part.ts';

const EVENTS = 10_000;
/** What Firehose hands over at once. */
const BATCH_BYTES = 1024 ** 2;
const RATE_MS = 2_000;
const INVOCATION_MS = 500;

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
  const rate = async (what: string, work: () => Promise<void> | void): Promise<Measurement> => ({
    what,
    value: (records.length * 1_000) / (await coreMs(work, RATE_MS)),
    unit: 'records/s',
  });
  const json = await rate('JSON.parse and JSON.stringify of a record', () => {
    for (const { data } of records) JSON.stringify(JSON.parse(Buffer.from(data).toString('utf8')));
  });
  const rows = await rate('transform-lake, in batches of 1 MiB', async () => {
    // A world for each run: what it counts would pile up.
    const world = transformWorld();
    for (const batch of batches) await world.handle(batch);
  });
  return against(json, [rows]);
}

/** From the text of an event to the text of its answer, as Lambda's runtime has it, against a handler that drops all. */
async function measureInvocations(records: readonly StoredRecord[]): Promise<Measurement[]> {
  const whole = batchesOf(records)[0]?.length ?? 0;
  const measurements: Measurement[] = [];
  for (const size of [0, 1, 100, whole]) {
    const payload = JSON.stringify(transformationEvent(records.slice(0, size)));
    const world = transformWorld();
    // To look at the clock takes longer than a small invocation.
    const times = Math.ceil(whole / (size + 1));
    const invocation = async (what: string, handler: Handler): Promise<Measurement> => ({
      what: `${what}, ${size === whole ? `1 MiB, ${size} records` : `${size} records`}`,
      value: (await coreMs(() => invokeTimes(times, handler, payload), INVOCATION_MS)) / times,
      unit: 'ms',
    });
    const empty = await invocation('a handler that drops everything', dropAll);
    measurements.push(...against(empty, [await invocation('transform-lake', (event) => world.handle(event))]));
  }
  return measurements;
}

const dropAll: Handler = async ({ records }) => ({
  records: records.map(({ recordId }) => ({ recordId, result: 'Dropped' as const })),
});

async function invokeTimes(times: number, handler: Handler, payload: string): Promise<void> {
  for (let i = 0; i < times; i++) JSON.stringify(await handler(JSON.parse(payload) as FirehoseTransformationEvent));
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
