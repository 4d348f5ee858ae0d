import { hash } from 'node:crypto';

import { isLakeRow } from '../../core/lake-row.ts';
import type { ParsedEvent } from '../../core/parse-event.ts';
import { epochMs } from '../../core/social-event.ts';
import { eventOfDocument } from '../lake/document-event.ts';
import { placeKey, type LakeDocument } from '../lake/lake-document.ts';
import type { LakeContent } from '../lake/lake-store.ts';
import { indexItems, NO_COUNTS, sumCounts, type FeedItem, type IndexCounts, type IndexDeps } from './index-events.ts';

/** What became of an object. */
export interface ObjectResult {
  readonly counts: IndexCounts;
  /** Whether the server took all of it; else it is to be read again, whole. */
  readonly isFinished: boolean;
  readonly isBlocked: boolean;
}

export interface ObjectOptions {
  readonly key: string;
  /** By when the server has to take a batch, by the clock of `now`; asked before each. */
  readonly deadlineMs: () => number;
  /**
   * Events that were created at another time are left out; bad documents are not.
   * @default - every event
   */
  readonly created?: { readonly fromMs: number; readonly toMs: number };
}

const BATCH_DOCUMENTS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Puts the events of an object into the index, a batch of documents at a time; what it holds of the object is bounded.
 * A bad document is kept aside with its place, the others are indexed.
 */
export async function indexObject(
  deps: IndexDeps,
  content: LakeContent,
  options: ObjectOptions,
): Promise<ObjectResult> {
  let counts = NO_COUNTS;
  for await (const items of batchesOf(itemsOf(content, options))) {
    const result = await indexItems(deps, items, options.deadlineMs());
    counts = sumCounts(counts, result.counts);
    if (result.unfinished.length > 0) return { counts, isFinished: false, isBlocked: result.isBlocked };
  }
  return { counts, isFinished: true, isBlocked: false };
}

async function* itemsOf(
  { documents, storedAtMs }: LakeContent,
  { key, created }: ObjectOptions,
): AsyncGenerator<PlacedItem[]> {
  for await (const group of documents) {
    const items: PlacedItem[] = [];
    for (const document of group) {
      const parsed = eventOfDocument(document, storedAtMs);
      if (parsed.ok && created !== undefined && !isWithin(epochMs(parsed.event.created_at), created)) continue;
      items.push({ parsed, sizeBytes: document.sizeBytes, record: recordOf(document, parsed, { key, storedAtMs }) });
    }
    yield items;
  }
}

interface PlacedItem extends FeedItem {
  readonly sizeBytes: number;
}

interface ObjectName {
  readonly key: string;
  readonly storedAtMs: number;
}

function recordOf(document: LakeDocument, parsed: ParsedEvent, { key, storedAtMs }: ObjectName): FeedItem['record'] {
  return {
    shardId: 'lake',
    // Of the place alone, so that the same document is kept once.
    sequenceNumber: `${hash('sha256', key).slice(0, 16)}-${placeKey(document.place)}`,
    partitionKey: key,
    arrivedAtMs: storedAtMs,
    // Looked at only where it is kept; of a row the event, so that it can be sent again.
    get data() {
      const isRow = document.ok && isLakeRow(document.value) && parsed.ok;
      return isRow ? Buffer.from(JSON.stringify(parsed.event)) : document.data();
    },
  };
}

function isWithin(ms: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
  return fromMs <= ms && ms < toMs;
}

async function* batchesOf(groups: AsyncIterable<readonly PlacedItem[]>): AsyncGenerator<FeedItem[]> {
  let batch: FeedItem[] = [];
  let bytes = 0;
  for await (const group of groups)
    for (const item of group) {
      batch.push(item);
      bytes += item.sizeBytes;
      if (batch.length < BATCH_DOCUMENTS && bytes < BATCH_BYTES) continue;
      yield batch;
      [batch, bytes] = [[], 0];
    }
  if (batch.length > 0) yield batch;
}
