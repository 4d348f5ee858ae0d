import { DEDUPE_ASSUMED, LAKE_FIGURES } from './lake-figures.ts';
import type { LakeResources } from './lake-resources.ts';
import type { Operations } from './operations.ts';
import { PRICES } from './prices.ts';

const SECONDS = 3_600;
const DAY_HOURS = 24;
const GB = 1_000 ** 3;
const MIB = 1024 ** 2;
/** Firehose counts in these: https://aws.amazon.com/firehose/pricing/ */
const GIB = 1024 ** 3;
const RECORD_STEP_BYTES = 5 * 1024;
/** A function has one processor with so much memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const CORE_GB = 1_769 / 1_024;

/** What the lake costs in an hour, in US dollars. */
export interface LakeCost {
  /** Records that Firehose reads; each counts as a multiple of 5 KB. */
  readonly records: number;
  /** Rows that it sorts into days, the files that it makes of them, and Parquet where it is on. */
  readonly sorting: number;
  /** Writing the files. */
  readonly requests: number;
  readonly job: number;
}

/** The cost of an hour at a rate; all 0 where there is no lake. */
export function lakeCost({ delivery, job }: LakeResources, operations: Operations): LakeCost {
  if (delivery === undefined) return { records: 0, sorting: 0, requests: 0, job: 0 };
  const events = operations.rate * SECONDS;
  const billedGib = events === 0 ? 0 : (events * billedBytes(operations.streamBytes / events)) / GIB;
  const rows = events * LAKE_FIGURES.rowBytes;
  const rowFiles = filesOf(rows, delivery.rows);
  const originalFiles = filesOf(operations.streamBytes, delivery.originals);
  return {
    records: billedGib * PRICES.firehoseGb.usd,
    sorting:
      (rows / GIB) * PRICES.partitionedGb.usd +
      rowFiles * PRICES.partitionedFile.usd +
      (delivery.hasConversion ? billedGib * PRICES.convertedGb.usd : 0),
    requests: (rowFiles + originalFiles) * PRICES.s3Write.usd,
    job: job.runsPerHour * job.dpus * dpuHoursOfRun(events, job.runsPerHour) * PRICES.flexDpuHour.usd,
  };
}

/** Bytes that what comes in an hour takes, by how long it is kept: for good, or as long as the originals. */
export function lakeBytes({ delivery }: LakeResources, { rate }: Operations) {
  const events = delivery === undefined ? 0 : rate * SECONDS;
  return {
    kept: (events * (LAKE_FIGURES.rawBytes + LAKE_FIGURES.postBytes)) / GB,
    originals: (events * LAKE_FIGURES.originalBytes) / GB,
  };
}

/**
 * The operations with those of `transform-lake`, which Firehose asks for each MiB of records, and once a minute at least
 * of each shard. It waits for nothing: its seconds are those of a processor, as far as its memory gives it one.
 */
export function withTransform(
  operations: Operations,
  lake: LakeResources & { readonly shards: number },
  memoryGb: number,
): Operations {
  if (lake.delivery === undefined || operations.rate === 0) return operations;
  const { rate, streamBytes } = operations;
  const name = 'transform-lake';
  const calls = Math.max(streamBytes / MIB, lake.shards * 60);
  const seconds = (rate * SECONDS) / LAKE_FIGURES.transformedPerSecond / Math.min(1, memoryGb / CORE_GB);
  return {
    ...operations,
    invocations: { ...operations.invocations, [name]: calls },
    seconds: { ...operations.seconds, [name]: seconds },
  };
}

function billedBytes(recordBytes: number): number {
  return Math.ceil(recordBytes / RECORD_STEP_BYTES) * RECORD_STEP_BYTES;
}

/** Files of an hour: one whenever the time is over or the size is reached. Nearly all events are of the same day. */
function filesOf(bytes: number, { bufferMib, bufferSeconds }: { bufferMib: number; bufferSeconds: number }): number {
  return bytes === 0 ? 0 : Math.max(SECONDS / bufferSeconds, bytes / (bufferMib * MIB));
}

/** A run reads the days that were touched since the one before: today, and the rest of the day on which that ran. */
function dpuHoursOfRun(eventsPerHour: number, runsPerHour: number): number {
  if (runsPerHour === 0) return 0;
  const rows = eventsPerHour * Math.max(DAY_HOURS, 1 / runsPerHour) * 2;
  return (DEDUPE_ASSUMED.startSeconds + rows / DEDUPE_ASSUMED.rowsPerSecond) / SECONDS;
}
