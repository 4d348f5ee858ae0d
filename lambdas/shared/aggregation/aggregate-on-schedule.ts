import pMap from 'p-map';

import { hasClosed, minuteStartMs, ranksUntilMs, windowAt, type WindowName } from '../../../core/windows.ts';
import type { AggregateAnswer, AggregatedWindow } from '../../../core/aggregate-request.ts';
import { finishRun, type FinishedWindow, type Run } from './finish-windows.ts';
import { longestWaitMs } from './mark-age.ts';
import { markedMinutes, refreshSummaries, type AggregationDeps } from './refresh-summary.ts';
import { runsOf } from './runs.ts';

const MINUTE_MS = 60_000;
/** An hour and a little: at the full hour the 5-minute window spans all of the hour that has just ended. */
const RECENT_MS = 70 * MINUTE_MS;
/**
 * Older minutes are taken together, in every tenth minute: longer than a run may take, so that no two of them work
 * through the same list.
 */
const OLD_MINUTES_EVERY = 10;
/** Runs at once. The cells of an hour with 3.6 million events take more than a gigabyte (`npm run bench -- hour`). */
const AT_ONCE: Readonly<Record<WindowName, number>> = { minute: 8, '5-minute': 1, hour: 1 };

/** What a run on schedule works with besides. */
export interface ScheduleDeps extends AggregationDeps {
  /**
   * Told how long the oldest mark that the run has to deal with has waited, in milliseconds, before it begins: so it is
   * told of a run that dies, too.
   */
  readonly reportOldestMark: (waitedMs: number) => void;
}

/** Finishes every marked window of a name that has closed, the marked minutes below it first. */
export async function aggregateOnSchedule(deps: ScheduleDeps, name: WindowName): Promise<AggregateAnswer> {
  const nowMs = deps.now();
  const marked = await markedMinutes(deps, (minute) => isMinuteDue(name, minute, nowMs));
  const due = marked.toSorted((a, b) => compareUrgency(minuteStartMs(a.minute), minuteStartMs(b.minute), nowMs));
  const waiting = [...due.flatMap((minute) => minute.marks), ...(await deps.stores.marks.list(name))];
  deps.reportOldestMark(longestWaitMs(waiting, nowMs));
  const left = await refreshSummaries(deps, due);
  const marks = await deps.stores.marks.list(name);
  const keys = marks.map((mark) => mark.key);
  const runs = runsOf(name, keys, nowMs).filter((run) => name !== 'minute' || isTurn(startOf(run), nowMs));
  const results = await pMap(
    runs.toSorted((a, b) => compareUrgency(startOf(a), startOf(b), nowMs)),
    async (run) => (deps.hasTime() ? finishOrDrop(deps, run) : undefined),
    { concurrency: AT_ONCE[name] },
  );
  return {
    windows: results.flatMap((finished) => (finished ?? []).map(answerOf)),
    marks_waiting: left.length + results.filter((finished) => finished === undefined).length,
  };
}

function isMinuteDue(name: WindowName, minute: string, nowMs: number): boolean {
  const startMs = minuteStartMs(minute);
  if (!hasClosed(windowAt('minute', startMs), nowMs)) return false;
  if (name === 'hour') return hasClosed(windowAt('hour', startMs), nowMs);
  return name === 'minute' ? isTurn(startMs, nowMs) : isRecent(startMs, nowMs);
}

function isRecent(startMs: number, nowMs: number): boolean {
  return startMs >= nowMs - RECENT_MS;
}

/** Whether a minute is taken now: a recent one always, an older one in the turn of old minutes. */
function isTurn(startMs: number, nowMs: number): boolean {
  return isRecent(startMs, nowMs) || new Date(nowMs).getUTCMinutes() % OLD_MINUTES_EVERY === 0;
}

/** What people look at first: what is recent, the newest first. Then the oldest first, which have the least time left. */
function compareUrgency(startA: number, startB: number, nowMs: number): number {
  return isRecent(startA, nowMs) || isRecent(startB, nowMs) ? startB - startA : startA - startB;
}

function startOf({ windows: [first] }: Run): number {
  return first.startMs;
}

/** A run whose windows cannot change any more is forgotten, so that its mark does not wait for ever. */
async function finishOrDrop(deps: AggregationDeps, run: Run): Promise<FinishedWindow[] | undefined> {
  if (run.windows.some((window) => deps.now() < ranksUntilMs(window, deps.settings.lateHours)))
    return finishRun(deps, run);
  const { marks } = deps.stores;
  const [first] = run.windows;
  const found = await marks.list(first.name, {
    fromKey: first.keyDatetime,
    toKey: run.windows.at(-1)?.keyDatetime ?? '',
  });
  await Promise.all(found.map((mark) => marks.remove(mark)));
  return [];
}

/** A finished window as the answer tells it. */
export function answerOf({ window, events, keywords, changed }: FinishedWindow): AggregatedWindow {
  return { window: window.name, key_datetime: window.keyDatetime, status: 'finished', events, keywords, changed };
}
