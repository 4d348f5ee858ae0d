import type { WindowName } from '../../../core/windows.ts';
import { trendStores } from '../../../storage/trend-stores.ts';
import { readEnv } from '../aggregate-env.ts';
import { metrics, reportAggregation } from '../metrics.ts';
import { aggregateWindows } from './aggregate-windows.ts';

/** Builds the handler of an aggregation from the environment. */
export function wireAggregation(name: WindowName) {
  const env = readEnv();
  const stores = trendStores({
    liveTables: env.LIVE_TABLE_NAMES,
    markTable: env.MARK_TABLE_NAME,
    summaryBucket: env.SUMMARY_BUCKET_NAME,
    snapshotTable: env.SNAPSHOT_TABLE_NAME,
    rowTables: {
      minute: env.PER_MINUTE_TABLE_NAME,
      '5-minute': env.PER_5_MINUTE_TABLE_NAME,
      hour: env.PER_HOUR_TABLE_NAME,
    },
  });
  return aggregateWindows(name, {
    stores,
    settings: env.TREND_SETTINGS,
    now: Date.now,
    reportRun: (answer) => reportAggregation(metrics, answer),
  });
}
