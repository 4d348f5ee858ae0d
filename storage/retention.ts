import { acceptsUntilMs, type Window, type WindowName } from '../core/windows.ts';

const HOUR_SECONDS = 3_600;

/** How long rows are kept after the end of their window; for hours they are kept. */
const ROW_HOURS: Readonly<Record<WindowName, number | undefined>> = { minute: 48, '5-minute': 24, hour: undefined };

/** From when on live rows of a window are missing: those of its first minute expire first. In epoch milliseconds. */
export function liveRowsExpireAtMs({ startMs }: Pick<Window, 'startMs'>, lateHours: number): number {
  return startMs + (lateHours + 1) * HOUR_SECONDS * 1_000;
}

/** When the rows of a window expire, in epoch seconds; undefined = never. */
export function rowsExpireAt(window: Window): number | undefined {
  const hours = ROW_HOURS[window.name];
  return hours === undefined ? undefined : window.endMs / 1_000 + hours * HOUR_SECONDS;
}

/** When the snapshot of a window expires, in epoch seconds: not while the window accepts changes; hours never do. */
export function snapshotExpiresAt(window: Window, lateHours: number): number | undefined {
  return window.name === 'hour' ? undefined : acceptsUntilMs(window, lateHours) / 1_000 + HOUR_SECONDS;
}

/** How long a row that fell out holds its place: longer than any function that could still write it runs. */
export function fallenUntil(nowMs: number): number {
  return Math.floor(nowMs / 1_000) + HOUR_SECONDS;
}
