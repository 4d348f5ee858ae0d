import { setImmediate as turn } from 'node:timers/promises';

import type { Wait } from '../../producers/wait.ts';

/** A clock that goes on only when everybody waits. */
export interface VirtualClock {
  readonly now: () => number;
  readonly wait: Wait;
  /** All waits so far, in milliseconds. */
  readonly waits: readonly number[];
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Goes on to the end of the next wait; false if nobody waits. */
  step(): Promise<boolean>;
}

interface Timer {
  readonly atMs: number;
  readonly end: () => void;
}

/** Makes a clock that starts at a time. */
export function virtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  let timers: readonly Timer[] = [];
  const waits: number[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await turn();
  };
  const step = async (): Promise<boolean> => {
    await settle();
    const next = timers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return false;
    nowMs = Math.max(nowMs, next.atMs);
    next.end();
    await settle();
    return true;
  };
  return {
    now: () => nowMs,
    waits,
    settle,
    step,
    wait(ms, signal) {
      waits.push(ms);
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer: Timer = {
        atMs: nowMs + ms,
        end: () => {
          timers = timers.filter((each) => each !== timer);
          resolve();
        },
      };
      timers = [...timers, timer];
      signal.addEventListener('abort', timer.end, { once: true });
      return promise;
    },
    async run(work) {
      const progress = { isDone: false };
      const end = (): void => void (progress.isDone = true);
      void work.then(end, end);
      await settle();
      while (!progress.isDone) if (!(await step()) && !progress.isDone) throw new Error('everybody waits for ever');
      return work;
    },
  };
}
