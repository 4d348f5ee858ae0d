import pMap from 'p-map';

import { hasClosed, minutesOf, windowAt, type Window } from '../core/windows.ts';
import type { SourceMinute } from './summary-store.ts';
import type { ReportProgress } from './trace-window.ts';
import { lookUpKeyword, viewKeyword, type KeywordRequest, type KeywordView } from './view-keyword.ts';
import { minutesHeld, type MinutesHeld, type ViewDeps } from './view-window.ts';
import type { ReadWindowRows } from './window-row-reader.ts';

const LOOK_UPS_AT_ONCE = 8;
const COMPUTED_AT_ONCE = 4;
/** Summaries that are read for one series at most: those of three networks in the 25 hours that a day touches. */
const MAX_SUMMARIES = 4_500;

export interface SeriesDeps extends ViewDeps {
  readonly readRows: ReadWindowRows;
}

/** A keyword over time in one category. */
export interface SeriesRequest extends Omit<KeywordRequest, 'window'> {
  /** Of one name, oldest first, at least one. */
  readonly windows: readonly Window[];
}

/** A keyword in one window. */
export interface KeywordPoint {
  readonly window: Window;
  readonly view: KeywordView;
}

/**
 * What rankings show of a keyword, window by window. Most come from its rows. Only the best of a category have rows, so
 * the others are looked up in the snapshot, and where that does not hold the keyword, computed from the summaries, the
 * newest first, as long as these are at most 4,500; what is older is told as the snapshot has it: `below` its best
 * ones, or `unknown`. Windows that have not ended are computed.
 * @returns one point for each window, in their order
 */
export async function keywordSeries(
  deps: SeriesDeps,
  request: SeriesRequest,
  report: ReportProgress = () => undefined,
): Promise<KeywordPoint[]> {
  const views = await readViews(deps, request);
  const lookedUp = await pMap(
    request.windows,
    async (window) => views.get(window.keyDatetime) ?? (await lookUpKeyword(deps, { ...request, window })),
    { concurrency: LOOK_UPS_AT_ONCE },
  );
  const points = request.windows.map((window, i) => ({ window, view: lookedUp[i] ?? { state: 'unknown' as const } }));
  return computeMissing(deps, request, { points, report });
}

/** The rows of closed windows; one that has not ended has none, and is fresher computed. */
async function readViews(
  { readRows, nowMs }: SeriesDeps,
  { windows, keyword, category }: SeriesRequest,
): Promise<Map<string, KeywordView>> {
  const closed = windows.filter((window) => hasClosed(window, nowMs));
  const [first, last] = [closed[0], closed.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const range = { window: first.name, fromKey: first.keyDatetime, toKey: last.keyDatetime };
  const rows = await readRows({ ...range, keyword, category });
  return new Map(rows.map(({ keyDatetime, ...row }) => [keyDatetime, { state: 'ranked', from: 'row', ...row }]));
}

interface Missing {
  readonly points: readonly KeywordPoint[];
  readonly report: ReportProgress;
}

async function computeMissing(
  deps: SeriesDeps,
  request: SeriesRequest,
  { points, report }: Missing,
): Promise<KeywordPoint[]> {
  const unsure = points.filter(({ view }) => view.state === 'below' || view.state === 'unknown');
  const missing = await withinBudget(
    deps,
    unsure.map(({ window }) => window),
  );
  let done = 0;
  const computed = await pMap(
    missing,
    async ({ window, held }) => {
      const view = await viewKeyword(deps, { ...request, window }, held);
      report(++done, missing.length);
      return [window.keyDatetime, view] as const;
    },
    { concurrency: COMPUTED_AT_ONCE },
  );
  const views = new Map(computed);
  return points.map(({ window, view }) => ({ window, view: views.get(window.keyDatetime) ?? view }));
}

interface HeldWindow {
  readonly window: Window;
  readonly held: MinutesHeld;
}

/** The newest windows that together have no more minutes than are read for one series; what they have is looked for once an hour. */
async function withinBudget({ stores }: SeriesDeps, windows: readonly Window[]): Promise<HeldWindow[]> {
  const hours = new Map<number, MinutesHeld>();
  const taken: HeldWindow[] = [];
  let summaries = 0;
  for (const window of windows.toReversed()) {
    const hour = windowAt('hour', window.startMs);
    const inHour = hours.get(hour.startMs) ?? (await minutesHeld(stores, hour));
    hours.set(hour.startMs, inHour);
    const held = within(inHour, window);
    summaries += held.marked.length + held.summarized.length;
    if (summaries > MAX_SUMMARIES) break;
    taken.push({ window, held });
  }
  return taken;
}

function within({ marked, summarized }: MinutesHeld, window: Window): MinutesHeld {
  const minutes = new Set(minutesOf(window));
  const isIn = ({ minute }: SourceMinute): boolean => minutes.has(minute);
  return { marked: marked.filter(isIn), summarized: summarized.filter(isIn) };
}
