import pMap from 'p-map';

import { addSummary, emptyWindow, type Summary, type WindowCells } from '../core/aggregate.ts';
import { rankKeywords, sumsOf, type RankedKeyword, type Sums } from '../core/ranking.ts';
import type { RankedCategory } from '../core/snapshot.ts';
import { SOURCES } from '../core/sources.ts';
import type { TrendSettings } from '../core/trend-settings.ts';
import {
  hasClosed,
  minuteKey,
  minutesOf,
  ranksUntilMs,
  windowAt,
  type Window,
  type WindowName,
} from '../core/windows.ts';
import { minuteOfMark, readMinuteSummary, type MinuteStores } from './read-minute.ts';
import type { StoredSnapshot } from './snapshot-codec.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { SourceMinute, SummaryStore } from './summary-store.ts';

const CONCURRENCY = 16;
/** For how long summaries are kept at least (`summaryRetentionDays` in lib/config.ts). */
const MIN_SUMMARY_MS = 8 * 24 * 3_600_000;

export interface ViewStores extends MinuteStores {
  readonly summaries: Pick<SummaryStore, 'read' | 'list'>;
  readonly snapshots: Pick<SnapshotStore, 'read' | 'newest'>;
}

export interface ViewDeps {
  readonly stores: ViewStores;
  readonly settings: TrendSettings;
  readonly nowMs: number;
}

/** What a reader asks for: the best of one category in one window. */
export interface ViewRequest {
  readonly window: Window;
  readonly category: string;
  readonly limit: number;
}

/** The best of a category, and the sums of all its posts; no posts: an empty ranking and no total. */
export interface CategoryView {
  readonly ranking: readonly RankedKeyword[];
  readonly total?: Sums;
  /**
   * What is not known any more, because summaries are gone: all of it, or what comes after the ranking.
   * @default - all is known
   */
  readonly unknown?: 'all' | 'rest';
}

/** The newest window of a name that there is a snapshot of; before the first one, and for `minute`, the open one. */
export async function newestWindow({ stores, nowMs }: ViewDeps, name: WindowName): Promise<Window> {
  const closed = name === 'minute' ? undefined : await stores.snapshots.newest(name);
  return closed ?? windowAt(name, nowMs);
}

/**
 * The ranking of one category in one window: from its snapshot where that holds it, else computed from the summaries,
 * and from the live rows of the minutes that are not summed up yet. So an open window is seconds fresh. Of an old window
 * whose summaries are gone, also in part, it is what the snapshot has.
 */
export async function viewWindow(deps: ViewDeps, request: ViewRequest): Promise<CategoryView> {
  const { window, category, limit } = request;
  const snapshot = await readSnapshot(deps, window);
  const ranked = snapshot?.categories.get(category);
  if (ranked !== undefined && holds(ranked, limit)) return { ...ranked, ranking: ranked.ranking.slice(0, limit) };
  const cells = emptyWindow();
  for (const summary of await readSummaries(deps, await minutesHeld(deps.stores, window)))
    addSummary(cells, summary, (name) => name === category);
  if (await isComplete(deps, window, { snapshot, events: cells.totals.events })) return viewOf(cells, request);
  return ranked === undefined ? { ranking: [], unknown: 'all' } : { ...ranked, unknown: 'rest' };
}

/** The snapshot of a window that has closed, if there is one. */
export async function readSnapshot({ stores, nowMs }: ViewDeps, window: Window): Promise<StoredSnapshot | undefined> {
  return hasClosed(window, nowMs) ? (await stores.snapshots.read(window))?.snapshot : undefined;
}

function holds({ ranking, keywords }: RankedCategory, limit: number): boolean {
  return ranking.length >= Math.min(limit, keywords);
}

/**
 * Whether the summaries of a window, of which so many events were read, still have all that was said in it. The snapshot
 * tells, which counts the same events. Where it has expired, the one of the hour does, which is kept for good: an hour
 * without a snapshot had no posts.
 */
export async function isComplete(
  deps: ViewDeps,
  window: Window,
  { snapshot, events }: { readonly snapshot: StoredSnapshot | undefined; readonly events: number },
): Promise<boolean> {
  const { stores, settings, nowMs } = deps;
  if (nowMs < ranksUntilMs(window, settings.lateHours)) return true;
  if (snapshot !== undefined) return snapshot.totals.events === events;
  if (nowMs < window.startMs + MIN_SUMMARY_MS) return true;
  const hour = windowAt('hour', window.startMs);
  const counted = (await stores.snapshots.read(hour))?.snapshot.totals.events ?? 0;
  const summaries = await readSummaries(deps, await minutesHeld(stores, hour));
  return summaries.reduce((sum, { totals }) => sum + totals.events, 0) === counted;
}

function viewOf(cells: WindowCells, { category, limit }: ViewRequest): CategoryView {
  const found = cells.categories.get(category);
  if (found === undefined) return { ranking: [] };
  return { total: sumsOf(found.total), ranking: rankKeywords(found.keywords).slice(0, limit) };
}

/** What is said in minutes: from the rows of those that are marked, from the summaries of the others. */
export async function readSummaries(deps: ViewDeps, { marked, summarized }: MinutesHeld): Promise<Summary[]> {
  const { stores, settings } = deps;
  const fresh = await pMap(marked, async (name) => readMinuteSummary(stores, name, settings), {
    concurrency: CONCURRENCY,
  });
  const stored = await pMap(summarized, (name) => stores.summaries.read(name), { concurrency: CONCURRENCY });
  return [...fresh, ...stored.flatMap((read) => (read === undefined ? [] : [read.summary]))];
}

/** The minutes of a window that hold anything: those that are marked, and the others, whose summary has it all. */
export interface MinutesHeld {
  readonly marked: readonly SourceMinute[];
  readonly summarized: readonly SourceMinute[];
}

/** Marks before summaries: a minute that is summed up in between is taken for marked, which is as good. */
export async function minutesHeld(stores: ViewStores, window: Window): Promise<MinutesHeld> {
  const minutes = new Set(minutesOf(window));
  const marked = await markedMinutesOf(stores, window);
  const known = new Set(marked.map(nameOf));
  const listed = await stores.summaries.list(window);
  return { marked, summarized: listed.filter((name) => minutes.has(name.minute) && !known.has(nameOf(name))) };
}

/** The minutes of a window that changed and are not summed up yet. */
export async function markedMinutesOf(stores: Pick<ViewStores, 'marks'>, window: Window): Promise<SourceMinute[]> {
  const range = { fromKey: `${minuteKey(window.startMs)}#`, toKey: `${minuteKey(window.endMs - 1)}#~` };
  const perSource = await Promise.all(
    SOURCES.map(async (source) => {
      const marks = await stores.marks.list(`live#${source}`, range);
      const marked = new Set(marks.map((mark) => minuteOfMark(mark.key)));
      return [...marked].map((minute) => ({ source, minute }));
    }),
  );
  return perSource.flat();
}

function nameOf({ source, minute }: SourceMinute): string {
  return `${source} ${minute}`;
}
