import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';

import { lakeRowSettings } from '../../core/lake-settings.ts';
import type { TransformCounts } from '../../lambdas/shared/metrics.ts';
import { transformLake } from '../../lambdas/transform-lake/transform-lake.ts';
import { resolveWeights } from '../../presets/weights.ts';
import type { StoredRecord } from './aws/kinesis.ts';
import { transformationEvent } from './firehose/transformation-event.ts';
import { memoryRejected, type MemoryRejected } from './memory-rejected.ts';

/** `transform-lake` over a bucket in memory. */
export interface TransformWorld {
  readonly rejected: MemoryRejected;
  /** Of each invocation. */
  readonly counts: TransformCounts[];
  readonly failures: unknown[];
  /** Ends the time that records may take to be kept aside. */
  endTime: () => void;
  handle(event: FirehoseTransformationEvent): Promise<FirehoseTransformationResult>;
  /** Hands over a batch as Firehose does; returns the answers in their order. */
  transform(records: readonly StoredRecord[]): Promise<FirehoseTransformationResult['records']>;
}

/** The settings of the rows. */
export const LAKE_ROW_SETTINGS = lakeRowSettings({
  features: [{ name: 'Camera', keywords: ['camera'] }],
  weights: resolveWeights({}),
});

/** A world that has time without end. */
export function transformWorld(): TransformWorld {
  const rejected = memoryRejected();
  const world: TransformWorld = {
    rejected,
    counts: [],
    failures: [],
    endTime: () => undefined,
    handle: (event) => handler(event, { getRemainingTimeInMillis: () => 60_000 }),
    transform: async (records) => (await world.handle(transformationEvent(records))).records,
  };
  const handler = transformLake({
    settings: LAKE_ROW_SETTINGS,
    keepRejected: rejected.keep,
    pause: (_, signal) =>
      new Promise((resolve) => {
        world.endTime = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    report: (counts) => world.counts.push(counts),
    reportFailure: (error) => world.failures.push(error),
  });
  return world;
}

/** The records of a shard that hold these, one after the other. */
export function storedRecords(
  payloads: readonly (object | string | Uint8Array)[],
  { arrivedAtMs, from = 0 }: { readonly arrivedAtMs: number; readonly from?: number },
): StoredRecord[] {
  return payloads.map((payload, i) => ({
    shardId: 'shardId-000000000000',
    sequenceNumber: String(from + i),
    partitionKey: '00',
    arrivedAtMs,
    data:
      payload instanceof Uint8Array
        ? payload
        : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  }));
}
