import type { AggregateAnswer } from '../../core/aggregate-request.ts';
import type { RejectionReason } from '../../core/parse-event.ts';
import { extractPhrases } from '../../core/phrases.ts';
import { scoreSentiment } from '../../core/afinn.ts';
import type { TrendSettings } from '../../core/trend-settings.ts';
import type { WindowName } from '../../core/windows.ts';
import { aggregateWindows } from '../../lambdas/shared/aggregation/aggregate-windows.ts';
import type { BatchCounts } from '../../lambdas/shared/metrics.ts';
import { writeLive } from '../../lambdas/write-live/write-live.ts';
import { rejectedKey, type RejectedRecord } from '../../storage/rejected-store.ts';
import { makeSettings } from './make-settings.ts';
import { memoryStores, type MemoryStores } from './memory-stores.ts';

/** The functions of the trends stage over stores in memory, on a clock that the test moves. */
export interface TrendsWorld {
  readonly stores: MemoryStores;
  /** What is configured now; a deployment changes it. */
  settings: TrendSettings;
  /** Epoch milliseconds. */
  nowMs: number;
  /** Rejected records by their key. */
  readonly rejected: Map<string, RejectedRecord>;
  readonly counts: BatchCounts[];
  /** What each run on schedule told of its oldest mark, in milliseconds. */
  readonly oldestMarks: number[];
  /** Hands a batch to `write-live`; returns the sequence numbers that failed. */
  write(payloads: readonly (object | string | Uint8Array)[], from?: number): Promise<string[]>;
  /** Runs an aggregation as the schedule does, or on request. */
  aggregate(name: WindowName, request?: object): Promise<AggregateAnswer>;
  /** Runs all three as the schedule does. */
  aggregateAll(): Promise<void>;
}

const SCHEDULED = { scheduled_time: '<aws.scheduler.scheduled-time>' };

/** A world at a time (`2026-11-20T17:40:00.000Z`). */
export function trendsWorld(time: string, overrides: Partial<TrendSettings> = {}): TrendsWorld {
  const stores = memoryStores(() => world.nowMs);
  const settings = makeSettings({ trackedKeywords: [], ...overrides });
  const world: TrendsWorld = {
    stores,
    settings,
    nowMs: Date.parse(time),
    rejected: new Map(),
    counts: [],
    oldestMarks: [],
    async write(payloads, from = 0) {
      const handler = writeLive({
        live: stores.live,
        marks: stores.marks,
        keepRejected: async (record) => void world.rejected.set(rejectedKey(record), record),
        settings: { ...world.settings, authorSalt: 'salt', engine: { extractPhrases, scoreSentiment } },
        now: () => world.nowMs,
        reportBatch: (counts) => world.counts.push(counts),
        reportFailure: () => undefined,
      });
      const Records = payloads.map((payload, i) => kinesisRecord(payload, from + i, world.nowMs));
      const { batchItemFailures } = await handler({ Records });
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    aggregate(name, request = SCHEDULED) {
      const run = aggregateWindows(name, {
        stores,
        settings: world.settings,
        now: () => world.nowMs,
        reportOldestMark: (waitedMs) => world.oldestMarks.push(waitedMs),
        reportRun: () => undefined,
      });
      return run(request, { getRemainingTimeInMillis: () => 300_000 });
    },
    async aggregateAll() {
      await world.aggregate('minute');
      await world.aggregate('5-minute');
      await world.aggregate('hour');
    },
  };
  return world;
}

/** How often a rejected record has one of the reasons. */
export function reasons(world: TrendsWorld): RejectionReason[] {
  return [...world.rejected.values()].map(({ reason }) => reason);
}

function kinesisRecord(payload: object | string | Uint8Array, sequence: number, nowMs: number) {
  const data = payload instanceof Uint8Array || typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'e',
      sequenceNumber: String(sequence),
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: nowMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/write-live',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
  };
}
