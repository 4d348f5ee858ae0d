import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { AggregateAnswer } from '../../core/aggregate-request.ts';

/** The metrics of this function; namespace and service come from its environment. */
export const metrics = new Metrics();

/** What a batch of the stream came to. */
export interface BatchCounts {
  readonly written: number;
  readonly tooLate: number;
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>;
}

/** Counts a batch: events written, events too late for their window, rejected records in all and by reason. */
export function reportBatch(target: Metrics, { written, tooLate, rejected }: BatchCounts): void {
  target.addMetric('EventsWritten', MetricUnit.Count, written);
  target.addMetric('TooLateEvents', MetricUnit.Count, tooLate);
  const reasons = Object.entries(rejected);
  target.addMetric(
    'RejectedRecords',
    MetricUnit.Count,
    reasons.reduce((sum, [, count]) => sum + count, 0),
  );
  target.publishStoredMetrics();
  for (const [reason, count] of reasons) {
    const single = target.singleMetric();
    single.addDimension('reason', reason);
    single.addMetric('RejectedRecordsByReason', MetricUnit.Count, count);
  }
}

/** Counts a run of an aggregation. */
export function reportAggregation(target: Metrics, answer: AggregateAnswer): void {
  const finished = answer.windows.filter((window) => window.status === 'finished').length;
  target.addMetric('WindowsFinished', MetricUnit.Count, finished);
  target.addMetric('MarksWaiting', MetricUnit.Count, answer.marks_waiting);
  target.publishStoredMetrics();
}
