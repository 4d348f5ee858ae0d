import type { TrendSettings } from '../core/trend-settings.ts';
import { trendStores, type TrendStores } from '../storage/trend-stores.ts';
import { readTrends } from './read-outputs.ts';
import { clientConfig, type Target } from './target.ts';

/** A deployed trends stage, ready to be read. */
export interface Trends {
  readonly stores: TrendStores;
  readonly settings: TrendSettings;
}

/** Opens what the trends stage of a preset keeps. @throws TargetError if it is not deployed there */
export async function openTrends(target: Target, preset: string): Promise<Trends> {
  const outputs = await readTrends(target, preset);
  const names = {
    liveTables: outputs.LiveTableNames,
    markTable: outputs.MarkTableName,
    summaryBucket: outputs.SummaryBucketName,
    snapshotTable: outputs.SnapshotTableName,
    rowTables: {
      minute: outputs.PerMinuteTableName,
      '5-minute': outputs.Per5MinuteTableName,
      hour: outputs.PerHourTableName,
    },
  };
  return { stores: trendStores(names, clientConfig(target)), settings: outputs.TrendSettings };
}
