import {
  hasClosed,
  hourKeyOf,
  windowAt,
  windowOfKey,
  windowsBetween,
  type Window,
  type WindowName,
} from '../../../core/windows.ts';
import type { Run } from './finish-windows.ts';

/**
 * Sorts marked windows into runs, the newest first. A change in one 5-minute window changes every later one of its
 * hour: a run goes from the first marked window to the last closed one, and marks the open one that follows.
 * @param keys keys of marked windows; open ones are left for later
 */
export function runsOf(name: WindowName, keys: readonly string[], nowMs: number): Run[] {
  const windows = keys.map((key) => windowOfKey(name, key)).filter((window) => hasClosed(window, nowMs));
  const runs =
    name === '5-minute'
      ? firstOfEachHour(windows).map((window) => fiveMinuteRun(window, nowMs))
      : windows.map(singleRun);
  return runs.toSorted((a, b) => b.windows[0].endMs - a.windows[0].endMs);
}

function singleRun(window: Window): Run {
  return { windows: [window] };
}

function fiveMinuteRun(first: Window, nowMs: number): Run {
  const hour = windowAt('hour', first.startMs);
  const all = windowsBetween('5-minute', first.endMs, hour.endMs - 1);
  const later = all.filter((window) => hasClosed(window, nowMs));
  const open = all[later.length];
  return {
    windows: [first, ...later],
    next: open && { window: '5-minute', key: open.keyDatetime },
  };
}

function firstOfEachHour(windows: readonly Window[]): Window[] {
  const first = new Map<string, Window>();
  for (const window of windows) {
    const hour = hourKeyOf(window.keyDatetime);
    const known = first.get(hour);
    if (known === undefined || window.keyDatetime < known.keyDatetime) first.set(hour, window);
  }
  return [...first.values()];
}
