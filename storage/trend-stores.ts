import { randomUUID } from 'node:crypto';

import type { Source } from '../core/sources.ts';
import type { WindowName } from '../core/windows.ts';
import { documentClient, s3Client, type ClientConfig } from './aws-clients.ts';
import { backOff } from './backoff.ts';
import { liveStore, type LiveStore } from './live-store.ts';
import { markStore, type MarkStore } from './mark-store.ts';
import { snapshotStore, type SnapshotStore } from './snapshot-store.ts';
import { summaryStore, type SummaryStore } from './summary-store.ts';
import { windowRowStore, type WindowRowStore } from './window-row-store.ts';

/** Everything that the trends stage keeps. */
export interface TrendStores {
  readonly live: LiveStore;
  readonly marks: MarkStore;
  readonly summaries: SummaryStore;
  readonly snapshots: SnapshotStore;
  readonly rows: WindowRowStore;
}

/** Where the trends stage keeps it. */
export interface TrendNames {
  readonly liveTables: Readonly<Record<Source, string>>;
  readonly markTable: string;
  readonly summaryBucket: string;
  readonly snapshotTable: string;
  readonly rowTables: Readonly<Record<WindowName, string>>;
}

/** The stores of a deployed trends stage. */
export function trendStores(names: TrendNames, config: ClientConfig = {}): TrendStores {
  const documents = documentClient(config);
  return {
    live: liveStore({ documents, tableNames: names.liveTables, pause: backOff }),
    marks: markStore({ documents, tableName: names.markTable, newToken: randomUUID, now: Date.now }),
    summaries: summaryStore({ s3: s3Client(config), bucketName: names.summaryBucket }),
    snapshots: snapshotStore({ documents, tableName: names.snapshotTable }),
    rows: windowRowStore({ documents, tableNames: names.rowTables }),
  };
}
