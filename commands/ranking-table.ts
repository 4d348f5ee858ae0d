import { styleText } from 'node:util';

import { formatMillionths } from '../core/event-score.ts';
import type { RankedKeyword } from '../core/ranking.ts';
import type { Window } from '../core/windows.ts';
import type { CategoryView } from '../storage/view-window.ts';
import { alignColumns, visibleText, windowTitle } from './terminal-text.ts';

/** A ranking and what it is to be compared with. */
export interface RankingPage {
  readonly window: Window;
  readonly category: string;
  readonly isOpen: boolean;
  readonly view: CategoryView;
  /** The window before: what ranks are compared with. */
  readonly before: CategoryView;
}

const COLUMNS = ['rank', 'change', 'keyword', 'score', 'mentions', 'authors', 'mood'] as const;
const RIGHT = ['rank', 'score', 'mentions', 'authors'] as const;

/** Says that a ranking is not known any more, or no further down; undefined if all of it is known. */
export function missingText({ unknown, ranking }: CategoryView): string | undefined {
  if (unknown === undefined) return undefined;
  const gone = 'the summaries of this window are not kept any more';
  return unknown === 'all' ? `Not known: ${gone}.` : `Below rank ${ranking.length} not known: ${gone}.`;
}

/** A ranking as a table for people, headed by what it is about. An empty window is a head and one line that says so. */
export function rankingTable(page: RankingPage): string {
  const { window, category, isOpen, view } = page;
  const title = styleText(
    'bold',
    `${windowTitle(window)}, ${category}${isOpen ? ', still open' : ''}: ${sumText(view)}`,
  );
  const missing = missingText(view);
  if (view.ranking.length === 0) return `${title}\n  ${missing ?? (isOpen ? 'nothing yet' : 'nothing')}\n`;
  const rows = view.ranking.map((keyword) => cells(keyword, page.before));
  return `${title}\n${alignColumns(COLUMNS, rows, RIGHT)}\n${missing === undefined ? '' : `  ${missing}\n`}`;
}

function sumText({ total, unknown }: CategoryView): string {
  if (total !== undefined) return `${total.mentions} posts by ${total.authors} authors`;
  return unknown === 'all' ? 'posts not known' : '0 posts';
}

function cells(keyword: RankedKeyword, before: CategoryView): string[] {
  return [
    String(keyword.rank),
    change(keyword, before),
    visibleText(keyword.key_word),
    formatMillionths(keyword.score),
    String(keyword.mentions),
    String(keyword.authors),
    mood(keyword),
  ];
}

function change({ key_word, rank }: RankedKeyword, { ranking, unknown }: CategoryView): string {
  const before = ranking.find((keyword) => keyword.key_word === key_word)?.rank;
  if (before === undefined) return unknown === undefined ? 'new' : '';
  if (before === rank) return '=';
  return before > rank ? `▲ ${before - rank}` : `▼ ${rank - before}`;
}

function mood({ positive, neutral, negative }: RankedKeyword): string {
  const scored = positive + neutral + negative;
  return scored === 0 ? '' : `${Math.round((positive / scored) * 100)}% + ${Math.round((negative / scored) * 100)}% -`;
}
