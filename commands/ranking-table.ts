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
  /** Ranks in the window before, by keyword. */
  readonly previousRanks: ReadonlyMap<string, number>;
}

const COLUMNS = ['rank', 'change', 'keyword', 'score', 'mentions', 'authors', 'mood'] as const;
const RIGHT = ['rank', 'score', 'mentions', 'authors'] as const;

/** A ranking as a table for people, headed by what it is about. An empty window is a head and one line that says so. */
export function rankingTable(page: RankingPage): string {
  const { window, category, isOpen, view } = page;
  const total = view.total === undefined ? '0 posts' : `${view.total.mentions} posts by ${view.total.authors} authors`;
  const head = `${windowTitle(window)}, ${category}${isOpen ? ', still open' : ''}: ${total}`;
  if (view.ranking.length === 0) return `${styleText('bold', head)}\n  nothing yet\n`;
  const rows = view.ranking.map((keyword) => cells(keyword, page.previousRanks));
  return `${styleText('bold', head)}\n${alignColumns(COLUMNS, rows, RIGHT)}\n`;
}

function cells(keyword: RankedKeyword, previousRanks: ReadonlyMap<string, number>): string[] {
  return [
    String(keyword.rank),
    change(keyword, previousRanks),
    visibleText(keyword.key_word),
    formatMillionths(keyword.score),
    String(keyword.mentions),
    String(keyword.authors),
    mood(keyword),
  ];
}

function change({ key_word, rank }: RankedKeyword, previousRanks: ReadonlyMap<string, number>): string {
  const before = previousRanks.get(key_word);
  if (before === undefined) return 'new';
  if (before === rank) return '=';
  return before > rank ? `▲ ${before - rank}` : `▼ ${rank - before}`;
}

function mood({ positive, neutral, negative }: RankedKeyword): string {
  const scored = positive + neutral + negative;
  return scored === 0 ? '' : `${Math.round((positive / scored) * 100)}% + ${Math.round((negative / scored) * 100)}% -`;
}
