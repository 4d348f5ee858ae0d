import { hash } from 'node:crypto';

import { parseEvent, type ParsedEvent } from '../../core/parse-event.ts';
import { epochMs } from '../../core/social-event.ts';
import type { Line } from '../event-lines.ts';
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
  /** By the clock of `now`. */
  readonly deadlineMs: number;
  /**
   * Events that were created at another time are left out; bad lines are not.
   * @default - every event
   */
  readonly created?: { readonly fromMs: number; readonly toMs: number };
}

const BATCH_LINES = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Puts the events of an object into the index, a batch of lines at a time; what it holds of the object is bounded. A
 * bad line is kept aside with its number, the others are indexed.
 */
export async function indexObject(
  deps: IndexDeps,
  content: LakeContent,
  options: ObjectOptions,
): Promise<ObjectResult> {
  let counts = NO_COUNTS;
  for await (const items of batchesOf(itemsOf(content, options))) {
    const result = await indexItems(deps, items, options.deadlineMs);
    counts = sumCounts(counts, result.counts);
    if (result.unfinished.length > 0) return { counts, isFinished: false, isBlocked: result.isBlocked };
  }
  return { counts, isFinished: true, isBlocked: false };
}

async function* itemsOf({ lines, storedAtMs }: LakeContent, { key, created }: ObjectOptions): AsyncGenerator<FeedItem> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line?.byteLength === 0) continue;
    const parsed = parseLine(line, storedAtMs, number);
    if (parsed.ok && created !== undefined && !isWithin(epochMs(parsed.event.created_at), created)) continue;
    yield {
      parsed,
      record: {
        shardId: 'lake',
        // Of the place alone, so that the same line is kept once.
        sequenceNumber: `${hash('sha256', key).slice(0, 16)}-${number}`,
        partitionKey: key,
        arrivedAtMs: storedAtMs,
        data: line ?? new Uint8Array(),
      },
    };
  }
}

function parseLine(line: Line, storedAtMs: number, number: number): ParsedEvent {
  if (line === undefined) return { ok: false, reason: 'invalid_event', detail: `line ${number} is longer than 2 MiB` };
  const parsed = parseEvent(line, storedAtMs);
  return parsed.ok ? parsed : { ...parsed, detail: `line ${number}: ${parsed.detail}` };
}

function isWithin(ms: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
  return fromMs <= ms && ms < toMs;
}

async function* batchesOf(items: AsyncIterable<FeedItem>): AsyncGenerator<FeedItem[]> {
  let batch: FeedItem[] = [];
  let bytes = 0;
  for await (const item of items) {
    batch.push(item);
    bytes += item.record.data.byteLength;
    if (batch.length < BATCH_LINES && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
