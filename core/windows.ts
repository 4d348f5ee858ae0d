/** The three windows that keywords are ranked over. */
export const WINDOW_NAMES = ['minute', '5-minute', 'hour'] as const;
export type WindowName = (typeof WINDOW_NAMES)[number];

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Three turns of old minutes, which are summed up every ten minutes. */
const SUMMING_UP_MS = 30 * MINUTE_MS;
/** Two turns more, for the windows above them. */
const RANKING_MS = SUMMING_UP_MS + 20 * MINUTE_MS;

/** How far apart two windows of a name follow each other, in milliseconds. */
const STEP_MS = { minute: MINUTE_MS, '5-minute': FIVE_MINUTES_MS, hour: HOUR_MS } as const;

/**
 * A span of event time, [startMs, endMs) in epoch milliseconds (UTC), on whole minutes.
 *
 * A 5-minute window is the running hour as it stood at a five-minute boundary: it begins with its hour, ends at the
 * boundary, and is named after the boundary minus five minutes. The one named :55 spans the whole hour.
 */
export interface Window {
  readonly name: WindowName;
  /** `2026-11-20T17:38`: the name of the window in every table. */
  readonly keyDatetime: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The window of a name that contains a time; for `5-minute` the one that ends at the first boundary after it. */
export function windowAt(name: WindowName, timeMs: number): Window {
  const keyMs = floorTo(timeMs, STEP_MS[name]);
  return {
    name,
    keyDatetime: minuteKey(keyMs),
    startMs: name === '5-minute' ? floorTo(timeMs, HOUR_MS) : keyMs,
    endMs: keyMs + STEP_MS[name],
  };
}

/**
 * The window that a table names `keyDatetime`.
 * @throws RangeError if the key is not a minute, or not one that a window of this name can have
 */
export function windowOfKey(name: WindowName, keyDatetime: string): Window {
  const window = windowAt(name, minuteStartMs(keyDatetime));
  if (window.keyDatetime !== keyDatetime) throw new RangeError(`${keyDatetime} is not the key of a ${name} window`);
  return window;
}

/** The window that came before: the one to compare ranks with. */
export function windowBefore(window: Window): Window {
  return windowAt(window.name, minuteStartMs(window.keyDatetime) - STEP_MS[window.name]);
}

/** Every window from the one at `fromMs` to the one at `toMs`, both included, oldest first; `[]` if `toMs` is earlier. */
export function windowsBetween(name: WindowName, fromMs: number, toMs: number): Window[] {
  const windows: Window[] = [];
  for (let ms = floorTo(fromMs, STEP_MS[name]); ms <= toMs; ms += STEP_MS[name]) windows.push(windowAt(name, ms));
  return windows;
}

/** The keys of the minutes that a window spans, oldest first. */
export function minutesOf(window: Window): string[] {
  const minutes: string[] = [];
  for (let ms = window.startMs; ms < window.endMs; ms += MINUTE_MS) minutes.push(minuteKey(ms));
  return minutes;
}

/** The key of the minute that contains a time: `2026-11-20T17:38`. */
export function minuteKey(timeMs: number): string {
  return new Date(floorTo(timeMs, MINUTE_MS)).toISOString().slice(0, 16);
}

/** The key of the hour that contains a minute: `2026-11-20T17:00`. */
export function hourKeyOf(minute: string): string {
  return `${minute.slice(0, 13)}:00`;
}

/**
 * Epoch milliseconds at which a minute begins.
 * @throws RangeError if the text is not a minute of the calendar
 */
export function minuteStartMs(minute: string): number {
  const ms = Date.parse(`${minute}:00.000Z`);
  if (Number.isNaN(ms) || minuteKey(ms) !== minute)
    throw new RangeError(`${minute} is not a minute (2026-11-20T17:38)`);
  return ms;
}

/** Whether no event can fall into the window any more but a late one. */
export function hasClosed(window: Window, nowMs: number): boolean {
  return nowMs >= window.endMs;
}

/**
 * When a window stops accepting events: `lateHours` after the start of its last minute, in epoch milliseconds. So a
 * window accepts as long as one of its minutes does. What was accepted is still summed up and ranked afterwards, see
 * sumsUpUntilMs and ranksUntilMs.
 */
export function acceptsUntilMs(window: Window, lateHours: number): number {
  return window.endMs - MINUTE_MS + lateHours * HOUR_MS;
}

/**
 * Until when the rows of a window's last minute are summed up, in epoch milliseconds: half an hour longer than events
 * are accepted, so that the last of them is in its summary, and half an hour less than rows are kept.
 */
export function sumsUpUntilMs(window: Window, lateHours: number): number {
  return acceptsUntilMs(window, lateHours) + SUMMING_UP_MS;
}

/**
 * Until when a window is computed from its summaries, in epoch milliseconds: longer than they can change, and less long
 * than its snapshot is kept.
 */
export function ranksUntilMs(window: Window, lateHours: number): number {
  return acceptsUntilMs(window, lateHours) + RANKING_MS;
}

function floorTo(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}
