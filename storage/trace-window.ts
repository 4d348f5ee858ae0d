import pMap from 'p-map';

import type { Cell, Summary } from '../core/aggregate.ts';
import { ALL, canHold, sourceCategory } from '../core/categories.ts';
import { mergeTraces, traceMinute, type CellName, type CellTrace } from '../core/trace.ts';
import { hasClosed } from '../core/windows.ts';
import { openMinute } from './read-minute.ts';
import { liveRowsExpireAtMs } from './retention.ts';
import type { SourceMinute } from './summary-store.ts';
import { viewKeyword, type KeywordRequest, type KeywordView } from './view-keyword.ts';
import { markedMinutesOf, minutesHeld, type ViewDeps } from './view-window.ts';

const CONCURRENCY = 8;

/** Score in millionths and posts of a cell. */
export type CellSums = Pick<Cell, 'score' | 'mentions'>;

/** What one minute of one network has of a cell. */
export interface MinuteCells extends SourceMinute {
  /** Absent where the rows have expired. */
  readonly rows?: CellSums;
  /** As its summary says; absent where there is none. */
  readonly summary?: CellSums;
}

/** How what was found behind a cell relates to what the ranking shows. */
export type Agreement =
  | 'equal'
  /** The window has not ended, and changed between two readings. */
  | 'open'
  /** Something came that is not in the ranking yet: a mark waits for it. */
  | 'waiting'
  /** The summaries are of other rows or weights. */
  | 'summaries'
  /** The snapshot is of other summaries. */
  | 'snapshot'
  /** The ranking does not go so far down, and cannot be computed any more. */
  | 'unknown';

/** One cell of a ranking and everything behind it. */
export interface WindowTrace {
  readonly request: KeywordRequest;
  /** What the ranking shows. */
  readonly shown: KeywordView;
  /** Undefined where the live rows have expired, or some of them. */
  readonly trace: CellTrace | undefined;
  /** The sum of all that was found: of the contributions, else of the summaries. */
  readonly found: CellSums;
  /** Minutes in which rows or summary have something of the cell, by minute and network. */
  readonly minutes: readonly MinuteCells[];
  /** Minutes of the window that changed and are not summed up yet, each once, sorted. */
  readonly waiting: readonly string[];
  readonly agreement: Agreement;
}

/** Told how many of the minutes have been read. */
export type ReportProgress = (done: number, total: number) => void;

/**
 * Traces a cell back to its posts: reads the rows of every minute of the window as an aggregation does, and compares
 * their sum with what the ranking shows. Where rows have expired, it tells what the summaries say.
 */
export async function traceWindow(
  deps: ViewDeps,
  request: KeywordRequest,
  report: ReportProgress = () => undefined,
): Promise<WindowTrace> {
  const traced = await traceOnce(deps, request, report);
  // A run that ended between reading the ranking and reading the rows has left no mark: it is not there the next time.
  const mayHaveMissed = traced.agreement === 'summaries' || traced.agreement === 'snapshot';
  return mayHaveMissed ? traceOnce(deps, request, report) : traced;
}

async function traceOnce(deps: ViewDeps, request: KeywordRequest, report: ReportProgress): Promise<WindowTrace> {
  const { stores, settings, nowMs } = deps;
  const { window } = request;
  const hasRows = nowMs < liveRowsExpireAtMs(window, settings.lateHours);
  const shown = await viewKeyword(deps, request);
  const readings = await readMinutes(deps, request, { read: hasRows ? readRows : readSummary, report });
  const waiting = await markedMinutesOf(stores, window);
  const key = window.keyDatetime;
  const marks = await stores.marks.list(window.name, { fromKey: key, toKey: key });
  const minutes = readings
    .map(({ trace: _, ...minute }) => minute)
    .filter(({ rows, summary }) => (rows?.mentions ?? 0) > 0 || (summary?.mentions ?? 0) > 0)
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const trace = hasRows ? mergeTraces(readings.flatMap((minute) => minute.trace ?? [])) : undefined;
  const found = sumOf(minutes, hasRows ? 'rows' : 'summary');
  const compared = { shown, found, minutes, waiting: [...new Set(waiting.map(({ minute }) => minute))].toSorted() };
  const isOpen = !hasClosed(window, nowMs);
  return { request, trace, ...compared, agreement: agreementOf({ ...compared, isOpen, isMarked: marks.length > 0 }) };
}

interface Reading {
  readonly read: (deps: ViewDeps, name: SourceMinute, cell: CellName) => Promise<MinuteReading>;
  readonly report: ReportProgress;
}

interface MinuteReading extends MinuteCells {
  readonly trace?: CellTrace;
}

async function readMinutes(
  deps: ViewDeps,
  request: KeywordRequest,
  { read, report }: Reading,
): Promise<MinuteReading[]> {
  const { marked, summarized } = await minutesHeld(deps.stores, request.window);
  const names = [...marked, ...summarized].filter(({ source }) => canHold(request.category, source));
  let done = 0;
  return pMap(
    names,
    async (name) => {
      const reading = await read(deps, name, request);
      report(++done, names.length);
      return reading;
    },
    { concurrency: CONCURRENCY },
  );
}

async function readRows({ stores, settings }: ViewDeps, name: SourceMinute, cell: CellName): Promise<MinuteReading> {
  const minute = await openMinute(stores, name, settings);
  const rows = await minute.readRows();
  const trace = traceMinute(rows, cell, settings.weights[name.source]);
  const { score, mentions } = trace;
  return { ...name, trace, rows: { score, mentions }, ...summaryCell(minute.previous?.summary, cell) };
}

async function readSummary({ stores }: ViewDeps, name: SourceMinute, cell: CellName): Promise<MinuteReading> {
  return { ...name, ...summaryCell((await stores.summaries.read(name))?.summary, cell) };
}

function summaryCell(summary: Summary | undefined, { keyword, category }: CellName): Pick<MinuteCells, 'summary'> {
  if (summary === undefined) return {};
  // `all` equals the category of the source in a summary.
  const name = category === ALL ? sourceCategory(summary.source) : category;
  const { score = 0n, mentions = 0 } = summary.categories.get(name)?.keywords.get(keyword) ?? {};
  return { summary: { score, mentions } };
}

function sumOf(minutes: readonly MinuteCells[], side: 'rows' | 'summary'): CellSums {
  const cells = minutes.flatMap((minute) => minute[side] ?? []);
  return {
    score: cells.reduce((sum, { score }) => sum + score, 0n),
    mentions: cells.reduce((sum, { mentions }) => sum + mentions, 0),
  };
}

interface Comparison extends Pick<WindowTrace, 'shown' | 'found' | 'minutes' | 'waiting'> {
  readonly isOpen: boolean;
  readonly isMarked: boolean;
}

function agreementOf({ shown, found, minutes, waiting, isOpen, isMarked }: Comparison): Agreement {
  if (shown.state === 'below' || shown.state === 'unknown') return 'unknown';
  const expected = shown.state === 'ranked' ? shown : { score: 0n, mentions: 0 };
  if (areEqual(found, expected)) return 'equal';
  if (isOpen) return 'open';
  if (isMarked || waiting.length > 0) return 'waiting';
  return minutes.some(isOutdated) ? 'summaries' : 'snapshot';
}

/** Whether the summary of a minute says something else than its rows. */
export function isOutdated({ rows, summary }: MinuteCells): boolean {
  return rows !== undefined && !areEqual(rows, summary ?? { score: 0n, mentions: 0 });
}

function areEqual(a: CellSums, b: CellSums): boolean {
  return a.score === b.score && a.mentions === b.mentions;
}

function nameOf({ source, minute }: SourceMinute): string {
  return `${minute} ${source}`;
}
