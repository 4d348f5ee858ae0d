import type { SearchSettings } from '../../core/search/search-settings.ts';
import { planTrim } from '../../core/search/trim-plan.ts';
import type { IndexStorage } from '../../storage/search/index-storage.ts';
import type { TrimCounts } from '../shared/metrics.ts';

export interface TrimSearchDeps {
  readonly storage: IndexStorage;
  readonly settings: Pick<SearchSettings, 'alias' | 'retentionDays' | 'maxBytes'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly report: (trim: TrimCounts) => void;
}

const DAY_MS = 86_400_000;

/**
 * The handler that keeps the index within its room: whole indices go, of a month or day each: those past the
 * retention, and then the oldest while all together take more than they may. Running it again changes nothing more.
 */
export function trimSearch({ storage, settings, now, report }: TrimSearchDeps) {
  return async (): Promise<TrimCounts> => {
    const nowMs = now();
    const plan = planTrim(await storage.list(), settings, nowMs);
    for (const index of [...plan.pastRetention, ...plan.overSize]) await storage.remove(index);
    const counts = {
      bytes: plan.bytes,
      pastRetention: plan.pastRetention.length,
      overSize: plan.overSize.length,
      findableDays: plan.oldestMs === undefined ? 0 : Math.ceil((nowMs - plan.oldestMs) / DAY_MS),
    };
    report(counts);
    return counts;
  };
}
