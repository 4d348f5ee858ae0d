import { Readable } from 'node:stream';

import type { DynamoDBStreamEvent, KinesisStreamEvent, SQSEvent } from 'aws-lambda';

import { searchEngine } from '../../core/search/search-engine.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import { indexLake } from '../../lambdas/index-lake/index-lake.ts';
import { indexStream } from '../../lambdas/index-stream/index-stream.ts';
import { indexTable } from '../../lambdas/index-table/index-table.ts';
import type { FeedDeps, IndexedBatch } from '../../lambdas/shared/indexing/feed-batch.ts';
import type { LakeDocument } from '../../storage/lake/lake-document.ts';
import type { LakeStore } from '../../storage/lake/lake-store.ts';
import { objectDocuments } from '../../storage/lake/object-documents.ts';
import { rejectedKey, type KeepRejected, type RejectedRecord } from '../../storage/rejected-store.ts';
import type { BulkSink } from '../../storage/search/bulk-sink.ts';

/** The settings of a stage that keeps everything for ten years. */
export function makeSearchSettings(overrides: Partial<SearchSettings> = {}): SearchSettings {
  return {
    alias: 'posts',
    indexPeriod: 'month',
    refreshSeconds: 1,
    retentionDays: 3_650,
    maxBytes: 1e9,
    features: [],
    ...overrides,
  };
}

/** The three feeds over one sink, with what they report and keep. */
export function indexWorld(
  sink: BulkSink,
  settings: SearchSettings = makeSearchSettings(),
  nowMs = Date.now(),
  keepRejected?: KeepRejected,
) {
  const rejected = new Map<string, RejectedRecord>();
  const objects = new Map<string, Uint8Array>();
  const reports: IndexedBatch[] = [];
  const failures: unknown[] = [];
  const world = { nowMs, rejected, objects, reports, failures };
  const deps: FeedDeps = {
    index: {
      sink,
      settings,
      engine: searchEngine(settings),
      now: () => world.nowMs,
      keepRejected: keepRejected ?? (async (record) => void rejected.set(rejectedKey(record), record)),
    },
    now: () => world.nowMs,
    report: (batch) => void reports.push(batch),
    reportFailure: (error) => void failures.push(error),
  };
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const feeds = {
    stream: indexStream(deps),
    table: indexTable(deps),
    lake: indexLake({ ...deps, bucketName: 'lake', lake: lakeOf(objects, () => world.nowMs) }),
  };
  return Object.assign(world, {
    stream: (event: KinesisStreamEvent) => feeds.stream(event, context),
    table: (event: DynamoDBStreamEvent) => feeds.table(event, context),
    lake: (event: SQSEvent) => feeds.lake(event, context),
  });
}

/** A lake in memory, whose objects were stored at the time that is told by their key. */
export function lakeOf(objects: ReadonlyMap<string, Uint8Array>, storedAt: (key: string) => number): LakeStore {
  return {
    async *list(prefix) {
      for (const [key, bytes] of [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        if (key.startsWith(prefix)) yield { key, sizeBytes: bytes.byteLength, storedAtMs: storedAt(key) };
    },
    async open(key) {
      const bytes = objects.get(key);
      return bytes && { storedAtMs: storedAt(key), documents: documentsIn(bytes) };
    },
  };
}

/** What the queue of the lake holds of objects that have come. */
export function objectEvent(...keys: readonly string[]): SQSEvent {
  const encode = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
  const bodies = keys.map((key) => ({
    Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'lake' }, object: { key: encode(key) } } }],
  }));
  return { Records: bodies.map((body, i) => ({ messageId: `m${i}`, body: JSON.stringify(body) })) } as SQSEvent;
}

/** The documents of an object. */
export function documentsIn(bytes: Uint8Array): AsyncGenerator<readonly LakeDocument[]> {
  const read = async (from: number, to: number) => bytes.subarray(from, to);
  return objectDocuments({ stream: Readable.from([bytes]), sizeBytes: bytes.byteLength, read });
}
