import { dayPartition, LAKE_PREFIXES, originalsPrefix, type DayPartition } from '../../storage/lake/lake-layout.ts';
import type { Addition } from '../../storage/lake/growing-object.ts';
import type { StreamRecord } from '../shared/stream-record.ts';

/** Records that come within so long go to one object; a divisor of an hour. */
const PERIOD_MS = 30_000;

/** What is to be added to which object. */
export type Plan = ReadonlyMap<string, readonly Addition[]>;

/** A row as a line, and the record that it was made of. */
export interface LineOfRecord {
  readonly record: StreamRecord;
  readonly partition: DayPartition;
  readonly line: string;
}

/** Where the rows go: by the day of their event. */
export function planRows(lines: readonly LineOfRecord[]): Plan {
  return gather(lines, ({ record, partition, line }) => ({
    key: LAKE_PREFIXES.raw + dayPartition(partition) + objectName(record),
    record,
    bytes: Buffer.from(line),
  }));
}

/** Where the records go as they came: by the hour in which they came, without anything between them, as Firehose does. */
export function planOriginals(records: readonly StreamRecord[]): Plan {
  return gather(records, (record) => ({
    key: originalsPrefix(startOf(record)) + objectName(record),
    record,
    bytes: record.data,
  }));
}

function gather<T>(
  items: readonly T[],
  placeOf: (item: T) => { readonly key: string; readonly record: StreamRecord; readonly bytes: Uint8Array },
): Plan {
  const plan = new Map<string, Addition[]>();
  for (const item of items) {
    const { key, record, bytes } = placeOf(item);
    const additions = plan.get(key) ?? [];
    additions.push({ sequenceNumber: record.sequenceNumber, bytes });
    plan.set(key, additions);
  }
  return plan;
}

/**
 * `deliver-lake-1-2026-11-20-17-38-30-shardId-000000000000.gz`: as Firehose's, with the shard in the place of what it
 * draws by lot (https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html). It depends on the record alone, so
 * that a batch that comes again comes to the same objects.
 */
function objectName(record: StreamRecord): string {
  const time = new Date(startOf(record)).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  return `deliver-lake-1-${time}-${record.shardId}.gz`;
}

function startOf({ arrivedAtMs }: StreamRecord): number {
  return Math.floor(arrivedAtMs / PERIOD_MS) * PERIOD_MS;
}
