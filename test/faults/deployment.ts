import { extractPhrases } from '../../core/phrases.ts';
import { scoreSentiment } from '../../core/afinn.ts';
import { SOURCES, type Source } from '../../core/sources.ts';
import type { TrendSettings } from '../../core/trend-settings.ts';
import type { WindowName } from '../../core/windows.ts';
import { aggregateWindows } from '../../lambdas/shared/aggregation/aggregate-windows.ts';
import { writeLive, type WriteLiveDeps } from '../../lambdas/write-live/write-live.ts';
import type { Random } from '../../producers/sources/generator/random.ts';
import type { Pause } from '../../storage/backoff.ts';
import { itemBytes } from '../../storage/item-size.ts';
import { liveStore, type AddressedRow } from '../../storage/live-store.ts';
import { markStore } from '../../storage/mark-store.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { snapshotStore } from '../../storage/snapshot-store.ts';
import { summaryStore } from '../../storage/summary-store.ts';
import type { TrendStores } from '../../storage/trend-stores.ts';
import { windowRowStore } from '../../storage/window-row-store.ts';
import { simulatedDynamo, type SimulatedDynamo } from '../support/aws/dynamodb.ts';
import type { Network, Process } from '../support/aws/network.ts';
import { simulatedS3, type SimulatedS3 } from '../support/aws/s3.ts';

const LIVE_TABLES = Object.fromEntries(SOURCES.map((source) => [source, `live_${source}`])) as Record<Source, string>;
export const ROW_TABLES = { minute: 'per_minute', '5-minute': 'per_5_minute', hour: 'per_hour' } as const;
export const MARKS = 'marks';
export const SNAPSHOTS = 'snapshots';
export const SUMMARIES = 'summaries';
export const REJECTED = 'rejected';

const KEYS = {
  ...Object.fromEntries(
    Object.values(LIVE_TABLES).map((name) => [name, { partition: 'key_datetime', sort: 'event_key' }]),
  ),
  ...Object.fromEntries(
    Object.values(ROW_TABLES).map((name) => [name, { partition: 'key_word', sort: 'key_datetime_category' }]),
  ),
  [MARKS]: { partition: 'window', sort: 'key' },
  [SNAPSHOTS]: { partition: 'window', sort: 'key_datetime' },
};

/** The functions of the trends stage as they are, over simulated services. */
export interface Deployment {
  readonly dynamo: SimulatedDynamo;
  readonly s3: SimulatedS3;
  settings: TrendSettings;
  /** Rows of which `write-live` was told that they are stored and marked: they have to be counted. */
  readonly accepted: AddressedRow[];
  /** Bytes of all live rows. */
  liveBytes(): number;
  storesOf(process: Process): TrendStores;
  /** The handler of `write-live` in a process whose clock is off by `skewMs`. */
  writeLive(process: Process, skewMs?: number): ReturnType<typeof writeLive>;
  /** The handler of an aggregation. */
  aggregate(process: Process, name: WindowName, skewMs?: number): ReturnType<typeof aggregateWindows>;
}

/**
 * Deploys the stage behind a network.
 * @param largestPage items in a page of a query at most @default 8
 */
export function deploy(net: Network, settings: TrendSettings, largestPage?: number): Deployment {
  const dynamo = simulatedDynamo(net, KEYS, largestPage);
  const s3 = simulatedS3(net);
  const deployment: Deployment = {
    dynamo,
    s3,
    settings,
    accepted: [],
    liveBytes: () =>
      Object.values(LIVE_TABLES)
        .flatMap((name) => dynamo.items(name))
        .reduce((sum, item) => sum + itemBytes(item), 0),
    storesOf(process) {
      const documents = dynamo.clientOf(process);
      return {
        live: liveStore({ documents, tableNames: LIVE_TABLES, pause: pauseOf(net) }),
        marks: markStore({ documents, tableName: MARKS, newToken: () => tokenOf(net.random), now: net.clock.now }),
        summaries: summaryStore({ s3: s3.clientOf(process), bucketName: SUMMARIES }),
        snapshots: snapshotStore({ documents, tableName: SNAPSHOTS }),
        rows: windowRowStore({ documents, tableNames: ROW_TABLES }),
      };
    },
    writeLive(process, skewMs = 0) {
      return writeLive({
        ...watched(deployment.storesOf(process), deployment.accepted),
        keepRejected: keepRejectedIn({ s3: s3.clientOf(process), bucketName: REJECTED }),
        settings: { ...deployment.settings, authorSalt: 'salt', engine: { extractPhrases, scoreSentiment } },
        now: () => net.clock.now() + skewMs,
        reportBatch: () => undefined,
        reportFailure: (error) => net.onEvent(`${process.name} reports ${String(error)}`),
      });
    },
    aggregate(process, name, skewMs = 0) {
      return aggregateWindows(name, {
        stores: deployment.storesOf(process),
        settings: deployment.settings,
        now: () => net.clock.now() + skewMs,
        reportOldestMark: () => undefined,
        reportRun: () => undefined,
      });
    },
  };
  return deployment;
}

/** The stores of `write-live`, with a list of what they say is done. */
function watched({ live, marks }: TrendStores, accepted: AddressedRow[]): Pick<WriteLiveDeps, 'live' | 'marks'> {
  const stored: AddressedRow[] = [];
  return {
    live: {
      async put(rows) {
        await live.put(rows);
        stored.push(...rows);
      },
    },
    marks: {
      async add(names) {
        await marks.add(names);
        accepted.push(...stored);
      },
    },
  };
}

function pauseOf({ clock, random }: Network): Pause {
  return (attempt) => clock.sleep(random.below(50 * 2 ** attempt));
}

function tokenOf(random: Random): string {
  return `${random.below(2 ** 32).toString(16)}${random.below(2 ** 32).toString(16)}`;
}
