import { setTimeout as delay } from 'node:timers/promises';

/** Waits; ends at once, without an error, when the signal is aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** A longer timer of Node ends at once (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits by the real clock, however long. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  let leftMs = ms;
  do {
    // It rejects only when it is aborted, which is what the signal is for.
    await delay(Math.min(leftMs, LONGEST_TIMER_MS), undefined, { signal }).catch(() => undefined);
    leftMs -= LONGEST_TIMER_MS;
  } while (leftMs > 0 && !signal.aborted);
}
