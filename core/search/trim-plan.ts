import { monthOfIndex } from './index-name.ts';
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
  /** When the oldest month that is left begins, in epoch milliseconds; absent where nothing is left. */
  readonly oldestMs?: number;
}

interface Month extends IndexSize {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Decides which months go: those that are past the retention as a whole, and the oldest ones while all together take
 * more than they may. The month that runs stays, however large it is, and so does whatever is no month of the alias.
 * @param indices in any order
 */
export function planTrim(
  indices: readonly IndexSize[],
  settings: Pick<SearchSettings, 'alias' | 'retentionDays' | 'maxBytes'>,
  nowMs: number,
): TrimPlan {
  const months = indices.flatMap((size) => monthsOf(size, settings.alias)).toSorted((a, b) => a.startMs - b.startMs);
  const sinceMs = searchableSinceMs(settings, nowMs);
  const young = months.filter(({ endMs }) => endMs > sinceMs);
  let bytes = young.reduce((sum, month) => sum + month.bytes, 0);
  let removed = 0;
  for (const month of young) {
    if (bytes <= settings.maxBytes || month.endMs > nowMs) break;
    bytes -= month.bytes;
    removed++;
  }
  const oldestMs = young[removed]?.startMs;
  return {
    pastRetention: months.filter(({ endMs }) => endMs <= sinceMs).map(({ index }) => index),
    overSize: young.slice(0, removed).map(({ index }) => index),
    bytes,
    ...(oldestMs !== undefined && { oldestMs }),
  };
}

function monthsOf(size: IndexSize, alias: string): Month[] {
  const month = monthOfIndex(alias, size.index);
  return month === undefined ? [] : [{ ...size, ...month }];
}
