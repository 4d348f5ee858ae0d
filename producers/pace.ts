import type { Wait } from './wait.ts';

export interface PaceOptions {
  readonly now: () => number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  /** Items a second. */
  readonly rate: number;
}

/** Passes items on at a steady rate; after a hold-up it goes on at the same rate and does not catch up in a burst. */
export async function* paced<T>(items: AsyncIterable<T> | Iterable<T>, options: PaceOptions): AsyncGenerator<T> {
  const { now, wait, signal, rate } = options;
  const stepMs = 1_000 / rate;
  let dueMs = now();
  for await (const item of items) {
    const aheadMs = dueMs - now();
    if (aheadMs > 0) await wait(aheadMs, signal);
    if (signal.aborted) return;
    yield item;
    dueMs = Math.max(dueMs, now() - 1_000) + stepMs;
  }
}
