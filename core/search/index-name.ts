/** The alias that people and panels read, of a server that belongs to one preset. */
export const POSTS_ALIAS = 'posts';

/** The alias on a server that presets share: they must not find each other's posts. */
export function sharedAlias(preset: string): string {
  return `${preset}-${POSTS_ALIAS}`;
}

/**
 * The index that holds the posts of a month: `posts-2026.11`.
 * @param createdAt a time of the contract
 */
export function indexNameOf(alias: string, createdAt: string): string {
  return `${alias}-${createdAt.slice(0, 4)}.${createdAt.slice(5, 7)}`;
}

/** The month of an index in epoch milliseconds, both ends; undefined if it is no index of this alias. */
export function monthOfIndex(
  alias: string,
  index: string,
): { readonly startMs: number; readonly endMs: number } | undefined {
  const [, year = '', month = ''] = /^(\d{4})\.(0[1-9]|1[0-2])$/.exec(index.slice(alias.length + 1)) ?? [];
  if (!index.startsWith(`${alias}-`) || month === '') return undefined;
  return { startMs: Date.UTC(Number(year), Number(month) - 1), endMs: Date.UTC(Number(year), Number(month)) };
}
