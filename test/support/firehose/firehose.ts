import { seededRandom, type Random } from '../../../producers/sources/generator/random.ts';
import type { StoredRecord } from '../aws/kinesis.ts';
import { Delivery, type Place } from './delivery.ts';
import { errorDocument, type FailedRecord, type Failure } from './error-document.ts';
import { invokeTransform, type Transform, type Transformed } from './invoke-transform.ts';
import { evaluatePrefix, PrefixError } from './prefix.ts';
import { RecordBuffer, type Buffered, type BufferLimits } from './record-buffer.ts';

export interface FirehoseOptions {
  readonly transform: Transform;
  /** Templates of prefixes: of what is delivered, and of what is not; of the records as they come, likewise. */
  readonly prefix: string;
  readonly errorPrefix: string;
  readonly backupPrefix: string;
  /** @default 64 MiB or 60 s */
  readonly limits?: BufferLimits;
  /** @default 5 MiB or 300 s */
  readonly backupLimits?: BufferLimits;
  /** @default 1 MiB or 60 s */
  readonly lambdaLimits?: BufferLimits;
  /** @default 3 */
  readonly retries?: number;
  /** Partitions that may wait at once. https://docs.aws.amazon.com/firehose/latest/dev/limits.html @default 500 */
  readonly maxPartitions?: number;
  /** What is delivered more than once, as Firehose may at any time. @default nothing */
  readonly redelivery?: Redelivery;
}

/** Everything is drawn by the seed. */
export interface Redelivery {
  readonly seed: number;
  /** Share of records after which Firehose reads its stream again from up to 200 records before. */
  readonly rereads: number;
  /** Share of objects that are put twice, under two names. */
  readonly putTwice: number;
}

const MIB = 1024 ** 2;
const SECOND_MS = 1_000;
const NAME = 'lake';
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:transform-lake';
const REREAD = 200;
const LIMITS: BufferLimits = { bytes: 64 * MIB, ms: 60 * SECOND_MS };
const BACKUP_LIMITS: BufferLimits = { bytes: 5 * MIB, ms: 300 * SECOND_MS };
const LAMBDA_LIMITS: BufferLimits = { bytes: MIB, ms: 60 * SECOND_MS };

interface Batched extends Buffered {
  readonly record: StoredRecord;
}

/**
 * A Firehose in this process, in the time of its records: it keeps the originals, gathers records for its function,
 * gathers rows by partition, and writes what fails under its error prefix, as AWS's documentation has it. Its S3 takes
 * everything at once.
 */
export class InProcessFirehose {
  /** What it has written, by key. */
  readonly objects = new Map<string, Uint8Array>();
  /** Batches that it has handed to its function. */
  batches = 0;

  private readonly options: FirehoseOptions;
  private readonly random: Random;
  private readonly batch: RecordBuffer<Batched>;
  private readonly backup: Delivery;
  private readonly rows: Delivery;
  private readonly errors: Delivery;
  private readonly read: StoredRecord[] = [];
  private nowMs = -Infinity;

  constructor(options: FirehoseOptions) {
    this.options = options;
    this.random = seededRandom(options.redelivery?.seed ?? 0);
    this.batch = new RecordBuffer(options.lambdaLimits ?? LAMBDA_LIMITS);
    this.backup = this.delivery(options.backupLimits ?? BACKUP_LIMITS, true);
    this.rows = this.delivery(options.limits ?? LIMITS, true);
    this.errors = this.delivery(options.limits ?? LIMITS, false);
  }

  /** Takes the records of a stream, in the order of their arrival, and waits until nothing waits any more. */
  async deliver(records: Iterable<StoredRecord>): Promise<void> {
    for (const record of records) {
      await this.passTo(record.arrivedAtMs);
      await this.take(record);
      this.read.push(record);
      if (this.read.length > REREAD) this.read.shift();
      if (this.random.chance(this.options.redelivery?.rereads ?? 0)) await this.takeAgain();
    }
    while (this.dueMs < Infinity) await this.passTo(this.dueMs);
  }

  private async takeAgain(): Promise<void> {
    const from = this.random.below(this.read.length);
    for (const record of this.read.slice(from)) await this.take(record);
  }

  private async take(record: StoredRecord): Promise<void> {
    const item: Batched = { record, arrivedAtMs: record.arrivedAtMs, bytes: record.data };
    this.backup.add({ name: 'backup', prefix: this.options.backupPrefix, facts: {} }, item, this.nowMs);
    this.batch.add(item, this.nowMs);
    if (this.batch.isFull) await this.transform();
  }

  /** Lets time pass, and everything happen whose time comes. */
  private async passTo(timeMs: number): Promise<void> {
    while (this.dueMs <= timeMs) {
      this.nowMs = Math.max(this.nowMs, this.dueMs);
      if (this.batch.dueMs <= this.nowMs) await this.transform();
      for (const delivery of [this.backup, this.rows, this.errors]) delivery.passTo(this.nowMs);
    }
    this.nowMs = Math.max(this.nowMs, timeMs);
  }

  private get dueMs(): number {
    return Math.min(this.batch.dueMs, this.backup.dueMs, this.rows.dueMs, this.errors.dueMs);
  }

  private async transform(): Promise<void> {
    this.batches += 1;
    const records = this.batch.take().map(({ record }) => record);
    const { transform, retries = 3 } = this.options;
    const { transformed, failed } = await invokeTransform(transform, records, retries);
    for (const each of transformed) this.addRow(each);
    for (const each of failed) this.addError(each);
  }

  /** https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-error-handling.html */
  private addRow(row: Transformed): void {
    const fail = (type: Failure['type'], code: string, message: string): void =>
      this.addError({ ...row, data: row.bytes, failure: { type, code, message, attempts: 1 } });
    const place = this.placeOf(row);
    if (place === undefined)
      return fail(
        'metadata-extraction-failed',
        'DynamicPartitioning.MetadataExtractionFailed',
        'partitionKeys values must not be null or empty',
      );
    const { maxPartitions = 500 } = this.options;
    if (!this.rows.isActive(place.name) && this.rows.active >= maxPartitions)
      return fail(
        'activePartitionExceeded',
        'DynamicPartitioning.ActivePartitionsLimitExceeded',
        'The number of active partitions has exceeded the configured limit',
      );
    this.rows.add(place, row, this.nowMs);
  }

  /** A partition is what the prefix comes to; undefined if it comes to nothing. */
  private placeOf({ partitionKeys, arrivedAtMs }: Transformed): Place | undefined {
    const { prefix } = this.options;
    try {
      const name = evaluatePrefix(prefix, { oldestMs: arrivedAtMs, partitionKeys });
      return { name, prefix, facts: { partitionKeys } };
    } catch (error) {
      if (error instanceof PrefixError) return undefined;
      throw error;
    }
  }

  private addError(failed: FailedRecord): void {
    const bytes = Buffer.from(errorDocument(failed, this.nowMs, LAMBDA_ARN));
    const errorType = failed.failure.type;
    const place = { name: errorType, prefix: this.options.errorPrefix, facts: { errorType } };
    this.errors.add(place, { arrivedAtMs: failed.arrivedAtMs, bytes }, this.nowMs);
  }

  private delivery(limits: BufferLimits, isGzip: boolean): Delivery {
    const putTwice = this.options.redelivery?.putTwice ?? 0;
    const put = (key: string, bytes: Uint8Array): void => void this.objects.set(key, bytes);
    return new Delivery({ streamName: NAME, limits, isGzip, put, random: this.random, putTwice });
  }
}
