import { setTimeout as delay } from 'node:timers/promises';

/** Waits; ends at once, without an error, when the signal is aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits by the real clock. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects only when it is aborted, which is what the signal is for.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
