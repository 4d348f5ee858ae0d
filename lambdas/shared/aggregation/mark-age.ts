import { minuteStartMs, windowAt, windowOfKey } from '../../../core/windows.ts';
import type { Mark } from '../../../storage/mark-store.ts';
import { minuteOfMark } from '../../../storage/read-minute.ts';

/**
 * How long the oldest of these marks has waited for an aggregation, in milliseconds: since it was added, or since its
 * window closed where that was later. 0 if there is none, or the clocks differ.
 */
export function longestWaitMs(marks: readonly Mark[], nowMs: number): number {
  return marks.reduce((longest, mark) => Math.max(longest, nowMs - Math.max(mark.addedAtMs, closedAtMs(mark))), 0);
}

function closedAtMs({ window, key }: Mark): number {
  if (window === 'minute' || window === '5-minute' || window === 'hour') return windowOfKey(window, key).endMs;
  return windowAt('minute', minuteStartMs(minuteOfMark(key))).endMs;
}
