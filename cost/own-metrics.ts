import { Metrics } from '@aws-lambda-powertools/metrics';

import { PARSE_REASONS, REJECTION_REASONS, TABLE_REASONS } from '../core/parse-event.ts';
import {
  functionMetrics,
  reportAggregation,
  reportBatch,
  reportFailedBatch,
  reportIndexed,
  reportOldestMark,
  reportOpenRejected,
  reportStored,
  reportTransformed,
  reportTrim,
  type FunctionMetrics,
  type StoredCounts,
} from '../lambdas/shared/metrics.ts';

type Report = (metrics: FunctionMetrics) => void;

const AGGREGATION: readonly Report[] = [
  (metrics) => reportOldestMark(metrics, 0),
  (metrics) => reportAggregation(metrics, { windows: [], marks_waiting: 0 }),
];

const INDEXING: readonly Report[] = [
  (metrics) =>
    reportIndexed(metrics, {
      counts: {
        indexed: 1,
        stale: 1,
        tooOld: 1,
        rejected: Object.fromEntries(REJECTION_REASONS.map((reason) => [reason, 1])),
      },
      unfinished: 1,
      isBlocked: true,
    }),
  reportFailedBatch,
];

const STORED: StoredCounts = {
  stored: 1,
  rejected: Object.fromEntries(PARSE_REASONS.map((reason) => [reason, 1])),
};

/** What each function reports in its life, with everything that can be counted. */
const REPORTS: ReadonlyMap<string, readonly Report[]> = new Map([
  [
    'write-live',
    [
      (metrics) =>
        reportBatch(metrics, {
          written: 1,
          tooLate: 1,
          rejected: Object.fromEntries(TABLE_REASONS.map((reason) => [reason, 1])),
        }),
      reportFailedBatch,
    ],
  ],
  ['aggregate-minute', AGGREGATION],
  ['aggregate-5-minute', AGGREGATION],
  ['aggregate-hour', AGGREGATION],
  ['index-stream', INDEXING],
  ['index-table', INDEXING],
  ['index-lake', INDEXING],
  ['setup-search', []],
  ['trim-search', [(metrics) => reportTrim(metrics, { bytes: 1, pastRetention: 1, overSize: 1, findableDays: 1 })]],
  ['transform-lake', [(metrics) => reportTransformed(metrics, { ...STORED, withoutRaw: 1, failed: 1 })]],
  ['deliver-lake', [(metrics) => reportStored(metrics, STORED), reportFailedBatch]],
  ['watch-rejected', [(metrics) => reportOpenRejected(metrics, { count: 1, oldestAgeMs: 0, unread: 0 })]],
]);

/**
 * The custom metrics that a function of `lambdas/` emits: their names, and the values of their further dimensions. Each
 * is billed by itself, https://aws.amazon.com/cloudwatch/pricing/.
 * @returns undefined for a function that nobody has thought about
 */
export function ownMetricsOf(folder: string): readonly string[] | undefined {
  const reports = REPORTS.get(folder);
  if (reports === undefined) return undefined;
  const names = new Set<string>();
  for (const report of reports) report({ ...functionMetrics(folder), metrics: new RecordingMetrics(names) });
  return [...names];
}

/** Remembers what is counted, and tells nobody. */
class RecordingMetrics extends Metrics {
  private readonly names: Set<string>;
  private dimensions = '';

  constructor(names: Set<string>) {
    super({ namespace: 'Groundswell', serviceName: 'bill' });
    this.names = names;
  }

  override addDimension(name: string, value: string): this {
    this.dimensions += ` ${name}=${value}`;
    return this;
  }

  override addMetric(name: string): this {
    this.names.add(`${name}${this.dimensions}`);
    return this;
  }

  override addMetadata(): this {
    return this;
  }

  override singleMetric(): Metrics {
    return new RecordingMetrics(this.names);
  }

  override publishStoredMetrics(): this {
    return this;
  }
}
