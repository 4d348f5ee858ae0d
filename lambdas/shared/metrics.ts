import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { AggregateAnswer } from '../../core/aggregate-request.ts';
import type { IndexedBatch } from './indexing/feed-batch.ts';

/** Tells CloudWatch what a function counts. Every line is a log line too: `level`, `message`, `function`, `service`. */
export interface FunctionMetrics {
  readonly metrics: Metrics;
  /** The function in `lambdas/`. */
  readonly name: string;
}

/** The metrics of a function; namespace and service come from its environment. */
export function functionMetrics(name: string): FunctionMetrics {
  return { metrics: new Metrics(), name };
}

/** What a batch of the stream came to. */
export interface BatchCounts {
  readonly written: number;
  readonly tooLate: number;
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>;
}

/** Rejected records and given-up batches that nobody has sent again, as long as they can still change a table. */
export interface OpenRejectedCounts {
  /** Objects in the bucket. */
  readonly count: number;
  /** Milliseconds since the earliest minute among them; 0 if there is none. */
  readonly oldestAgeMs: number;
  /** Objects that were too many to be read: they count by the time they were kept. */
  readonly unread: number;
}

/** What a look at the indices came to. */
export interface TrimCounts {
  /** What the indices take that are left. */
  readonly bytes: number;
  /** Indices that went because all their posts are past the retention. */
  readonly pastRetention: number;
  /** Indices that went before their time, because all together took too much. */
  readonly overSize: number;
  /** Days back to the beginning of the oldest index that is left; 0 where nothing is. */
  readonly findableDays: number;
}

/** Counts a batch: events written, events too late for their window, and rejected records by reason. */
export function reportBatch({ metrics, name }: FunctionMetrics, { written, tooLate, rejected }: BatchCounts): void {
  metrics.addMetric('EventsWritten', MetricUnit.Count, written);
  metrics.addMetric('TooLateEvents', MetricUnit.Count, tooLate);
  describeLine(metrics, name, 'batch written');
  metrics.publishStoredMetrics();
  reportRejected({ metrics, name }, rejected);
}

function reportRejected({ metrics, name }: FunctionMetrics, rejected: BatchCounts['rejected']): void {
  for (const [reason, count] of Object.entries(rejected)) {
    const single = metrics.singleMetric();
    describeLine(single, name, 'records rejected');
    single.addDimension('reason', reason);
    single.addMetric('RejectedRecords', MetricUnit.Count, count);
  }
}

/** What a batch came to in the lake. */
export interface StoredCounts {
  /** Rows, deletes among them. */
  readonly stored: number;
  readonly rejected: BatchCounts['rejected'];
}

/** What a batch of Firehose came to. */
export interface TransformCounts extends StoredCounts {
  /** Rows that went without `raw`, because the answer would have been too large. */
  readonly withoutRaw: number;
  /** Records that Firehose is left with. */
  readonly failed: number;
}

/** Counts what a batch came to in the lake. */
export function reportStored({ metrics, name }: FunctionMetrics, { stored, rejected }: StoredCounts): void {
  metrics.addMetric('EventsStored', MetricUnit.Count, stored);
  describeLine(metrics, name, 'batch stored');
  metrics.publishStoredMetrics();
  reportRejected({ metrics, name }, rejected);
}

/** Counts what a batch of Firehose came to. */
export function reportTransformed({ metrics, name }: FunctionMetrics, counts: TransformCounts): void {
  metrics.addMetric('RowsWithoutRaw', MetricUnit.Count, counts.withoutRaw);
  metrics.addMetric('ProcessingFailed', MetricUnit.Count, counts.failed);
  reportStored({ metrics, name }, counts);
}

/** Counts what a batch of a feed of the index came to, and whether the server is blocked. */
export function reportIndexed(
  { metrics, name }: FunctionMetrics,
  { counts, unfinished, isBlocked }: IndexedBatch,
): void {
  metrics.addMetric('EventsIndexed', MetricUnit.Count, counts.indexed);
  metrics.addMetric('StaleEvents', MetricUnit.Count, counts.stale);
  metrics.addMetric('TooOldEvents', MetricUnit.Count, counts.tooOld);
  metrics.addMetric('FailedBatches', MetricUnit.Count, unfinished > 0 ? 1 : 0);
  metrics.addMetric('IndexBlocked', MetricUnit.Count, isBlocked ? 1 : 0);
  describeLine(metrics, name, unfinished > 0 ? `${unfinished} events wait for the search server` : 'batch indexed');
  metrics.publishStoredMetrics();
  reportRejected({ metrics, name }, counts.rejected);
}

/** Counts a batch that is tried again because a store did not take it. */
export function reportFailedBatch({ metrics, name }: FunctionMetrics): void {
  metrics.addMetric('FailedBatches', MetricUnit.Count, 1);
  describeLine(metrics, name, 'batch failed');
  metrics.publishStoredMetrics();
}

/** Tells how long the oldest mark that a run finds has waited, in milliseconds. */
export function reportOldestMark({ metrics, name }: FunctionMetrics, waitedMs: number): void {
  metrics.addMetric('OldestMarkAge', MetricUnit.Seconds, Math.round(waitedMs / 1_000));
  describeLine(metrics, name, 'run begins');
  metrics.publishStoredMetrics();
}

/** Counts a run of an aggregation. */
export function reportAggregation({ metrics, name }: FunctionMetrics, answer: AggregateAnswer): void {
  const finished = answer.windows.filter((window) => window.status === 'finished').length;
  metrics.addMetric('WindowsFinished', MetricUnit.Count, finished);
  describeLine(metrics, name, 'run done');
  metrics.addMetadata('marks_waiting', String(answer.marks_waiting));
  metrics.publishStoredMetrics();
}

/** Tells how many rejected records can still change a table, and how long ago the minute of the oldest was. */
export function reportOpenRejected(
  { metrics, name }: FunctionMetrics,
  { count, oldestAgeMs, unread }: OpenRejectedCounts,
): void {
  metrics.addMetric('OpenRejected', MetricUnit.Count, count);
  metrics.addMetric('OldestRejectedAge', MetricUnit.Seconds, Math.round(oldestAgeMs / 1_000));
  describeLine(metrics, name, 'rejected records looked at');
  metrics.addMetadata('unread', String(unread));
  metrics.publishStoredMetrics();
}

/** Tells what the index takes, how far back it goes, and how many indices went. */
export function reportTrim({ metrics, name }: FunctionMetrics, trim: TrimCounts): void {
  metrics.addMetric('IndexBytes', MetricUnit.Bytes, trim.bytes);
  metrics.addMetric('IndicesPastRetention', MetricUnit.Count, trim.pastRetention);
  metrics.addMetric('IndicesOverSize', MetricUnit.Count, trim.overSize);
  metrics.addMetric('FindableDays', MetricUnit.Count, trim.findableDays);
  describeLine(metrics, name, 'index looked at');
  metrics.publishStoredMetrics();
}

function describeLine(metrics: Metrics, name: string, message: string): void {
  metrics.addMetadata('level', 'INFO').addMetadata('message', message).addMetadata('function', name);
}
