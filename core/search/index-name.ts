/** The alias that people and panels read, of a server that belongs to one preset. */
export const POSTS_ALIAS = 'posts';

/** The alias on a server that presets share: they must not find each other's posts. */
export function sharedAlias(preset: string): string {
  return `${preset}-${POSTS_ALIAS}`;
}

/** How many posts share an index, by when they were written; whole indices go when they are too old. */
export const INDEX_PERIODS = ['month', 'day'] as const;
export type IndexPeriod = (typeof INDEX_PERIODS)[number];

export interface IndexNaming {
  readonly alias: string;
  readonly indexPeriod: IndexPeriod;
}

/** Times of one index in epoch milliseconds; the end does not belong to it. */
export interface IndexSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The index that holds a post: `posts-2026.11`, or `posts-2026.11.20`. By when it was written, so that one post is always
 * in the same index.
 * @param createdAt a time of the contract
 */
export function indexNameOf({ alias, indexPeriod }: IndexNaming, createdAt: string): string {
  return `${alias}-${createdAt.slice(0, indexPeriod === 'day' ? 10 : 7).replaceAll('-', '.')}`;
}

/** The month or day of an index, in UTC; undefined if it is no index of this alias. */
export function spanOfIndex(alias: string, index: string): IndexSpan | undefined {
  const [, year, month, day] = /^-(\d{4})\.(\d\d)(?:\.(\d\d))?$/.exec(index.slice(alias.length)) ?? [];
  if (!index.startsWith(alias) || year === undefined || month === undefined) return undefined;
  const [first, next] = day === undefined ? [1, 1] : [Number(day), Number(day) + 1];
  const startMs = Date.UTC(Number(year), Number(month) - 1, first);
  const endMs = Date.UTC(Number(year), day === undefined ? Number(month) : Number(month) - 1, next);
  const isCalendarDay = new Date(startMs).toISOString().startsWith([year, month, day ?? '01'].join('-'));
  return isCalendarDay ? { startMs, endMs } : undefined;
}
