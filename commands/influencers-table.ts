import { styleText } from 'node:util';

import type { InfluenceMeasure } from '../core/search/influencers.ts';
import type { Influencers } from '../storage/search/influencers.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

const COLUMNS = ['', 'source', 'author', 'posts', 'followers', 'engagement'] as const;

/** Influencers as a table for people, the most influential one first; `?`: no post says how many followers. */
export function influencersTable({ authors, best }: Influencers, measure: InfluenceMeasure): string {
  if (best.length === 0) return 'No author has posts there: widen --since, or leave out --topic or --source.';
  const rows = best.map(({ source, id, handle, name, posts, followers, engagement }, i) => [
    String(i + 1),
    source,
    visibleText(handle === undefined ? (name ?? id) : `@${handle}`),
    number(posts),
    followers === undefined ? '?' : number(followers),
    number(engagement),
  ]);
  const head = `${number(authors)} authors, the first ${number(best.length)} by ${measure}:`;
  return [styleText('bold', head), alignColumns(COLUMNS, rows, ['', 'posts', 'followers', 'engagement']), ''].join(
    '\n',
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
