import type { TrendSettings } from '../core/trend-settings.ts';
import { exactDocumentClient } from '../storage/aws-clients.ts';
import { trendStores, type TrendStores } from '../storage/trend-stores.ts';
import { windowRowReader, type ReadWindowRows } from '../storage/window-row-reader.ts';
import { readTrends } from './read-outputs.ts';
import { clientConfig, type Target } from './target.ts';

/** A deployed trends stage, ready to be read. */
export interface Trends {
  readonly stores: TrendStores;
  readonly readRows: ReadWindowRows;
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
  const config = clientConfig(target);
  return {
    stores: trendStores(names, config),
    readRows: windowRowReader({ documents: exactDocumentClient(config), tableNames: names.rowTables }),
    settings: outputs.TrendSettings,
  };
}
