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
  try {
    for await (const line of lines) {
      number++;
      if (line?.byteLength === 0) continue;
      const parsed = parseLine(line, storedAtMs, number);
      if (parsed.ok && created !== undefined && !isWithin(epochMs(parsed.event.created_at), created)) continue;
      yield { parsed, record: recordOf({ key, number, storedAtMs }, line) };
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    const detail = `the object cannot be decompressed beyond line ${number}; it is in the lake`;
    const parsed: ParsedEvent = { ok: false, reason: 'unprocessable', detail };
    yield { parsed, record: recordOf({ key, number: number + 1, storedAtMs }, undefined) };
  }
}

interface LinePlace {
  readonly key: string;
  /** Of the line, from 1. */
  readonly number: number;
  readonly storedAtMs: number;
}

function recordOf({ key, number, storedAtMs }: LinePlace, line: Line): FeedItem['record'] {
  return {
    shardId: 'lake',
    // Of the place alone, so that the same line is kept once.
    sequenceNumber: `${hash('sha256', key).slice(0, 16)}-${number}`,
    partitionKey: key,
    arrivedAtMs: storedAtMs,
    data: line ?? new Uint8Array(),
  };
}

/** Whether what is wrong is in the bytes themselves, and so will be at every attempt. */
function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
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
