import { styleText } from 'node:util';

import { formatMillionths } from '../core/event-score.ts';
import type { KeywordPoint } from '../storage/keyword-series.ts';
import type { KeywordView } from '../storage/view-keyword.ts';
import { exactNumber } from './exact-number.ts';
import { alignColumns, visibleText } from './terminal-text.ts';

/** What a series is of. */
export interface SeriesName {
  readonly keyword: string;
  readonly category: string;
}

const BAR_WIDTH = 24;
/** Eighths of a character, from the left: U+258F to U+2588. */
const BAR_EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Eighths of a line, from below. */
const COLUMN_EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * A series as a chart for people: one line for all windows, then one for each, oldest first, with score, mentions and
 * rank; windows that follow each other without the keyword share one.
 * @param width of the terminal in characters: a series of more windows goes without the first line
 */
export function keywordChart(points: readonly KeywordPoint[], name: SeriesName, width: number): string {
  const greatest = points.reduce((max, { view }) => (scoreOf(view) > max ? scoreOf(view) : max), 0n);
  const columns = points.map(({ view }) => column(view, greatest)).join('');
  const rows = runsOf(points).map((run) => chartRow(run, greatest));
  return [
    styleText('bold', head(points, name)),
    ...(points.length <= width - 2 ? [`  ${columns}`] : []),
    alignColumns(['window', 'score', 'mentions', 'rank', ''] as const, rows, ['score', 'mentions', 'rank']),
    '',
  ].join('\n');
}

function head(points: readonly KeywordPoint[], { keyword, category }: SeriesName): string {
  const ranked = points.flatMap(({ view }) => (view.state === 'ranked' ? [view.rank] : []));
  const found = ranked.length === 0 ? 'in none of' : `best rank ${Math.min(...ranked)}, in ${ranked.length} of`;
  const [first] = points;
  const title = `${visibleText(keyword)} in ${visibleText(category)}, by ${first?.window.name ?? 'window'}, UTC`;
  return `${title}: ${found} ${points.length} ${points.length === 1 ? 'window' : 'windows'}`;
}

function scoreOf(view: KeywordView): bigint {
  return view.state === 'ranked' ? view.score : 0n;
}

/** A dot where nobody said it, a gap where nobody knows. */
function column(view: KeywordView, greatest: bigint): string {
  if (view.state === 'absent') return '·';
  if (view.state !== 'ranked') return ' ';
  return COLUMN_EIGHTHS[eighthsOf(view.score, greatest, 7)] ?? '';
}

function chartRow(run: readonly KeywordPoint[], greatest: bigint): string[] {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { view } = first;
  if (view.state !== 'ranked')
    return [timeOf(first), '', '', '', run.length === 1 ? gapText(view) : `${gapText(view)}, until ${timeOf(last)}`];
  const eighths = eighthsOf(view.score, greatest, BAR_WIDTH * 8);
  const bar = '█'.repeat(Math.floor(eighths / 8)) + (BAR_EIGHTHS[eighths % 8] ?? '');
  return [timeOf(first), formatMillionths(view.score), String(view.mentions), String(view.rank), bar];
}

/** The part that a score is of the greatest one, in steps, rounded down; negative scores are none of it. */
function eighthsOf(score: bigint, greatest: bigint, steps: number): number {
  return score <= 0n || greatest <= 0n ? 0 : Number((score * BigInt(steps)) / greatest);
}

function gapText(view: Exclude<KeywordView, { state: 'ranked' }>): string {
  if (view.state === 'below') return `below the best ${view.best}`;
  return view.state === 'absent' ? 'not said' : 'not known';
}

function timeOf({ window }: KeywordPoint): string {
  return window.keyDatetime.slice(5).replace('T', ' ');
}

/** Points in runs: each that has the keyword alone, neighbours that have not for the same reason together. */
function runsOf(points: readonly KeywordPoint[]): KeywordPoint[][] {
  const runs: KeywordPoint[][] = [];
  for (const point of points) {
    const previous = runs.at(-1);
    const isSame = previous?.[0] !== undefined && labelOf(previous[0]) === labelOf(point);
    if (isSame && point.view.state !== 'ranked') previous.push(point);
    else runs.push([point]);
  }
  return runs;
}

function labelOf({ view }: KeywordPoint): string {
  return view.state === 'ranked' ? 'ranked' : gapText(view);
}

/** A series for programs: an array, oldest first, scores as exact decimals; what is not known is null, not 0. */
export function keywordJson(points: readonly KeywordPoint[], { keyword, category }: SeriesName): string {
  const rows = points.map(({ window, view }) => ({
    key_word: keyword,
    category,
    window: window.name,
    key_datetime: window.keyDatetime,
    state: view.state,
    ...numbersOf(view),
  }));
  return JSON.stringify(rows);
}

function numbersOf(view: KeywordView) {
  if (view.state === 'absent') return { rank: null, score: 0, mentions: 0 };
  if (view.state !== 'ranked') return { rank: null, score: null, mentions: null };
  const { rank, score, mentions, from } = view;
  return { rank, score: exactNumber(formatMillionths(score)), mentions, from };
}
