import type { WindowName } from '../../../core/windows.ts';
import { trendStores } from '../../../storage/trend-stores.ts';
import { readEnv } from '../aggregate-env.ts';
import { functionLog } from '../function-log.ts';
import { logsFailures } from '../invocation.ts';
import { functionMetrics, reportAggregation, reportOldestMark } from '../metrics.ts';
import { aggregateWindows } from './aggregate-windows.ts';

/** Builds the handler of an aggregation from the environment. */
export function wireAggregation(name: WindowName) {
  const env = readEnv();
  const metrics = functionMetrics(`aggregate-${name}`);
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
  const aggregate = aggregateWindows(name, {
    stores,
    settings: env.TREND_SETTINGS,
    now: Date.now,
    reportOldestMark: (waitedMs) => reportOldestMark(metrics, waitedMs),
    reportRun: (answer) => reportAggregation(metrics, answer),
  });
  return logsFailures(functionLog(`aggregate-${name}`), aggregate);
}
