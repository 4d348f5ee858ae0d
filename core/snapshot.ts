import type { MergedCell, WindowCells, CategoryCells } from './aggregate.ts';
import { ALL, isBounded } from './categories.ts';
import { compareCodePoints, rankKeywords, sumsOf, type RankedKeyword, type Sums } from './ranking.ts';
import type { TrendSettings } from './trend-settings.ts';
import type { Window } from './windows.ts';

/** The best of one category. */
export interface RankedCategory {
  /** How many keywords the category has in all. */
  readonly keywords: number;
  readonly total: Sums;
  /** From rank 1 on; cut at the snapshot's size. */
  readonly ranking: readonly RankedKeyword[];
}

/** A ranked keyword that has a row of its own in `per_minute`, `per_5_minute` or `per_hour`. */
export interface WindowRow extends RankedKeyword {
  readonly category: string;
}

/** One window as readers see it: complete, or not there. */
export interface Snapshot {
  readonly window: Window;
  readonly totals: Readonly<WindowCells['totals']>;
  readonly categories: ReadonlyMap<string, RankedCategory>;
  readonly rows: readonly WindowRow[];
}

const MAX_BOUNDED_CATEGORIES = 200;

/** Ranks a window: the best of every bounded category and of the largest open ones, and the keywords that get a row. */
export function takeSnapshot(window: Window, cells: WindowCells, settings: TrendSettings): Snapshot {
  const tracked = new Set(settings.trackedKeywords);
  const categories = new Map<string, RankedCategory>();
  const rows: WindowRow[] = [];
  for (const [name, category] of keptCategories(cells, settings)) {
    const ranking = rankKeywords(category.keywords);
    const size = isBounded(name) ? settings.snapshotSize : settings.openSnapshotSize;
    categories.set(name, rankedCategory(category, ranking, size));
    rows.push(
      ...ranking
        .filter(({ rank, key_word }) => hasRow({ name, rank, isTracked: tracked.has(key_word) }, settings))
        .map((keyword) => ({ ...keyword, category: name })),
    );
  }
  return { window, totals: { ...cells.totals }, categories, rows };
}

/** A category as far as `size` keywords go. */
export function rankedCategory(
  category: CategoryCells<MergedCell>,
  ranking: readonly RankedKeyword[],
  size: number,
): RankedCategory {
  return { keywords: ranking.length, total: sumsOf(category.total), ranking: ranking.slice(0, size) };
}

function hasRow(
  { name, rank, isTracked }: { name: string; rank: number; isTracked: boolean },
  settings: TrendSettings,
): boolean {
  return (isBounded(name) && rank <= settings.rowsPerCategory) || (isTracked && name === ALL);
}

/**
 * `all`, the networks and the tags, then the largest open categories; by posts, then by name: the same whatever the
 * order of events. Tags are the preset's, and few; were an event to bring others, only the largest would be kept.
 */
function keptCategories({ categories }: WindowCells, settings: TrendSettings) {
  const bySize = [...categories].toSorted(
    ([a, x], [b, y]) => y.total.mentions - x.total.mentions || compareCodePoints(a, b),
  );
  const open = bySize.filter(([name]) => !isBounded(name)).slice(0, settings.openCategories);
  return [...bySize.filter(([name]) => isBounded(name)).slice(0, MAX_BOUNDED_CATEGORIES), ...open];
}
