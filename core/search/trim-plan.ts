import { spanOfIndex, type IndexSpan } from './index-name.ts';
import { searchableSinceMs } from './retention-policy.ts';
import type { SearchSettings } from './search-settings.ts';

/** An index and what it takes on disk. */
export interface IndexSize {
  readonly index: string;
  readonly bytes: number;
}

/** What is to go, and what is left then. */
export interface TrimPlan {
  /** Every post of them is older than the retention; the oldest first. */
  readonly pastRetention: readonly string[];
  /** They go before their time, so that the others have room; the oldest first. */
  readonly overSize: readonly string[];
  /** What is left, in bytes. */
  readonly bytes: number;
  /** When the oldest index that is left begins, in epoch milliseconds; absent where nothing is left. */
  readonly oldestMs?: number;
}

interface DatedIndex extends IndexSize, IndexSpan {}

/**
 * Decides which indices go: those that are past the retention as a whole, and the oldest ones while all together take
 * more than they may. The one that runs stays, however large it is, and so does whatever is no index of the alias.
 * @param indices in any order
 */
export function planTrim(
  indices: readonly IndexSize[],
  settings: Pick<SearchSettings, 'alias' | 'retentionDays' | 'maxBytes'>,
  nowMs: number,
): TrimPlan {
  const dated = indices.flatMap((size) => datedOf(size, settings.alias)).toSorted((a, b) => a.startMs - b.startMs);
  const sinceMs = searchableSinceMs(settings, nowMs);
  const young = dated.filter(({ endMs }) => endMs > sinceMs);
  let bytes = young.reduce((sum, index) => sum + index.bytes, 0);
  let removed = 0;
  for (const index of young) {
    if (bytes <= settings.maxBytes || index.endMs > nowMs) break;
    bytes -= index.bytes;
    removed++;
  }
  const oldestMs = young[removed]?.startMs;
  return {
    pastRetention: dated.filter(({ endMs }) => endMs <= sinceMs).map(({ index }) => index),
    overSize: young.slice(0, removed).map(({ index }) => index),
    bytes,
    ...(oldestMs !== undefined && { oldestMs }),
  };
}

function datedOf(size: IndexSize, alias: string): DatedIndex[] {
  const span = spanOfIndex(alias, size.index);
  return span === undefined ? [] : [{ ...size, ...span }];
}
