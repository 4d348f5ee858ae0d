import {
  hasClosed,
  minuteKey,
  minuteStartMs,
  ranksUntilMs,
  windowAt,
  windowsBetween,
  type Window,
  type WindowName,
} from '../../../core/windows.ts';
import type { SourceMinute } from '../../../storage/summary-store.ts';
import { answerOf } from './aggregate-on-schedule.ts';
import type { AggregateAnswer, AggregatedWindow, AggregateRequest } from '../../../core/aggregate-request.ts';
import { finishRun } from './finish-windows.ts';
import { markedMinutes, refreshSummaries, type AggregationDeps } from './refresh-summary.ts';
import { runsOf } from './runs.ts';

/**
 * Recomputes the windows that a person asks for: the marked minutes below them first, then every one that holds
 * anything. They are marked before, so that what does not get done now is done by the schedule.
 */
export async function aggregateOnRequest(
  deps: AggregationDeps,
  name: WindowName,
  request: AggregateRequest,
): Promise<AggregateAnswer> {
  const asked = windowsBetween(name, minuteStartMs(request.from), minuteStartMs(request.to));
  const changing = asked.filter((window) => canChange(deps, window));
  const left = await refreshSummaries(deps, await minutesBelow(deps, name, changing), name === 'minute');
  const held = await minutesHeld(deps, changing);
  const filled = changing.filter((window) => held.some((minute) => isWithin(minute, window)));
  await deps.stores.marks.add(filled.map((window) => ({ window: name, key: window.keyDatetime })));
  const finished = await finishAll(deps, name, filled);
  const windows = asked.map((window) => {
    const isStale = left.some(({ minute }) => isWithin(minute, window));
    return (isStale ? undefined : finished.get(window.keyDatetime)) ?? unfinished(deps, window, filled);
  });
  return { windows, marks_waiting: left.length };
}

function canChange(deps: AggregationDeps, window: Window): boolean {
  return hasClosed(window, deps.now()) && deps.now() < ranksUntilMs(window, deps.settings.lateHours);
}

/** The marked minutes of the windows; where minutes themselves are asked for, also those that were summed up before. */
async function minutesBelow(
  deps: AggregationDeps,
  name: WindowName,
  windows: readonly Window[],
): Promise<SourceMinute[]> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isAsked = (minute: string) => windows.some((window) => isWithin(minute, window));
  const range = [minuteKey(first.startMs), minuteKey(last.endMs - 1)] as const;
  const marked = await markedMinutes(deps, isAsked, range);
  if (name !== 'minute') return marked;
  const known = new Set(marked.map(({ source, minute }) => `${source} ${minute}`));
  const summarized = (await summarizedMinutes(deps, windows)).filter(({ minute }) => isAsked(minute));
  return [...marked, ...summarized.filter(({ source, minute }) => !known.has(`${source} ${minute}`))];
}

async function minutesHeld(deps: AggregationDeps, windows: readonly Window[]): Promise<string[]> {
  const names = await summarizedMinutes(deps, windows);
  return [...new Set(names.map(({ minute }) => minute))];
}

async function summarizedMinutes({ stores }: AggregationDeps, windows: readonly Window[]): Promise<SourceMinute[]> {
  const hours = new Map(
    windows.map(({ startMs }) => windowAt('hour', startMs)).map((hour) => [hour.keyDatetime, hour]),
  );
  const lists = await Promise.all([...hours.values()].map((hour) => stores.summaries.list(hour)));
  return lists.flat();
}

function isWithin(minute: string, window: Window): boolean {
  return minute >= minuteKey(window.startMs) && minute < minuteKey(window.endMs);
}

async function finishAll(
  deps: AggregationDeps,
  name: WindowName,
  windows: readonly Window[],
): Promise<Map<string, AggregatedWindow>> {
  const keys = windows.map((window) => window.keyDatetime);
  const finished = new Map<string, AggregatedWindow>();
  for (const run of runsOf(name, keys, deps.now())) {
    const done = deps.hasTime() ? await finishRun(deps, run) : undefined;
    for (const window of done ?? []) finished.set(window.window.keyDatetime, answerOf(window));
  }
  return finished;
}

function unfinished(deps: AggregationDeps, window: Window, filled: readonly Window[]): AggregatedWindow {
  const answer = { window: window.name, key_datetime: window.keyDatetime };
  if (!hasClosed(window, deps.now())) return { ...answer, status: 'open' };
  if (!canChange(deps, window)) return { ...answer, status: 'too-late' };
  return { ...answer, status: filled.includes(window) ? 'busy' : 'empty' };
}
