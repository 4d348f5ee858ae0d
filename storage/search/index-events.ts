import pMap from 'p-map';

import { hasCanonicalForm } from '../../core/canonical-json.ts';
import type { ParsedEvent, RejectionReason } from '../../core/parse-event.ts';
import { indexNameOf, spanOfIndex } from '../../core/search/index-name.ts';
import {
  documentOf,
  documentVersion,
  type PostDocument,
  type SearchEngine,
  type Tombstone,
} from '../../core/search/post-document.ts';
import { searchableSinceMs } from '../../core/search/retention-policy.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { countReasons, type KeepRejected, type RejectedRecord } from '../rejected-store.ts';
import type { BulkOperation } from './bulk-request.ts';
import type { BulkSink } from './bulk-sink.ts';

/** Something that a feed delivers: an event or why it is none, and the record it came in, to be kept if it is bad. */
export interface FeedItem {
  readonly parsed: ParsedEvent;
  readonly record: Omit<RejectedRecord, 'reason' | 'detail'>;
}

/** What became of the items of a feed. */
export interface IndexCounts {
  readonly indexed: number;
  /** They, or newer observations, were there already. */
  readonly stale: number;
  /** Of a month or day that has gone, or is about to. */
  readonly tooOld: number;
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>;
}

export interface IndexResult<T extends FeedItem> {
  readonly counts: IndexCounts;
  /** Good ones that the server did not take: to be tried again. */
  readonly unfinished: readonly T[];
  /** Whether the server takes nothing until a person does something. */
  readonly isBlocked: boolean;
}

export interface IndexDeps {
  readonly sink: BulkSink;
  readonly keepRejected: KeepRejected;
  readonly settings: SearchSettings;
  readonly engine: SearchEngine;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const CONCURRENCY = 8;

/**
 * Puts the items of a feed into the index. The same events give the same documents from whichever feed, in whichever
 * order, however often; of two observations of one post in the same millisecond the first stays. What is bad is kept whole, and the others go on.
 * @param deadlineMs by the clock of `now`: what the server has not taken by then is unfinished
 * @throws Error if something bad could not be kept, or the server cannot be used: all items are to be tried again
 */
export async function indexItems<T extends FeedItem>(
  deps: IndexDeps,
  items: readonly T[],
  deadlineMs: number,
): Promise<IndexResult<T>> {
  const sinceMs = searchableSinceMs(deps.settings, deps.now());
  const operations: ItemOperation<T>[] = [];
  const rejections: Rejection<T>[] = [];
  let tooOld = 0;
  for (const item of items) {
    const prepared = prepare(item, deps);
    if ('reason' in prepared) rejections.push(prepared);
    else if (hasGone(prepared.index, deps.settings, sinceMs)) tooOld++;
    else operations.push(prepared);
  }
  const outcome = await deps.sink.write(operations, deadlineMs);
  for (const { operation, detail } of outcome.refused)
    rejections.push({ item: operation.item, reason: 'index_refused', detail });
  await pMap(rejections, ({ item, reason, detail }) => deps.keepRejected({ ...item.record, reason, detail }), {
    concurrency: CONCURRENCY,
  });
  return {
    counts: { indexed: outcome.stored, stale: outcome.stale, tooOld, rejected: countReasons(rejections) },
    unfinished: outcome.unfinished.map(({ item }) => item),
    isBlocked: outcome.isBlocked,
  };
}

/** Adds up what batches came to. */
export function sumCounts(a: IndexCounts, b: IndexCounts): IndexCounts {
  const rejected = { ...a.rejected };
  for (const [reason, count] of Object.entries(b.rejected))
    rejected[reason as RejectionReason] = (rejected[reason as RejectionReason] ?? 0) + count;
  return { indexed: a.indexed + b.indexed, stale: a.stale + b.stale, tooOld: a.tooOld + b.tooOld, rejected };
}

export const NO_COUNTS: IndexCounts = { indexed: 0, stale: 0, tooOld: 0, rejected: {} };

interface ItemOperation<T> extends BulkOperation {
  readonly item: T;
}

interface Rejection<T> {
  readonly item: T;
  readonly reason: RejectionReason;
  readonly detail: string;
}

function prepare<T extends FeedItem>(item: T, { engine, settings }: IndexDeps): ItemOperation<T> | Rejection<T> {
  const { parsed } = item;
  if (!parsed.ok) return { item, reason: parsed.reason, detail: parsed.detail };
  const { event } = parsed;
  const document = documentFor(event, engine);
  if (document === undefined) return { item, reason: 'unprocessable', detail: 'no document can be made of it' };
  return {
    item,
    id: event.id,
    index: indexNameOf(settings, event.created_at),
    version: documentVersion(event),
    json: JSON.stringify(document),
  };
}

/** Whole indices go: a delete is heeded for as long as its post can be found. */
function hasGone(index: string, { alias }: SearchSettings, sinceMs: number): boolean {
  const span = spanOfIndex(alias, index);
  return span !== undefined && span.endMs <= sinceMs;
}

/** The same record fails the same way at every attempt: retrying it would only hold up what comes behind it. */
function documentFor(event: SocialEvent, engine: SearchEngine): PostDocument | Tombstone | undefined {
  // An event without a canonical form has no live row; the index is to hold what the tables hold.
  if (!hasCanonicalForm(event)) return undefined;
  try {
    return documentOf(event, engine);
  } catch {
    return undefined;
  }
}
