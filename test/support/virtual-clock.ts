import { setImmediate as turn } from 'node:timers/promises';

import type { Wait } from '../../producers/wait.ts';

/** A clock that goes on only when everybody waits; so the same program takes the same course every time. */
export interface VirtualClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly wait: Wait;
  /** Waits without an end before the time. */
  readonly sleep: (ms: number) => Promise<void>;
  /** All waits so far, in milliseconds. */
  readonly waits: readonly number[];
  /** Lets time pass until the work is done. @throws Error if nobody waits and it is not done */
  run<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass up to a moment. */
  runUntil(timeMs: number): Promise<void>;
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
  /** By time; of the same time in the order of their beginning. */
  const timers: Timer[] = [];
  const waits: number[] = [];
  // Two turns: what a stream of Node hands over comes with the second.
  const settle = async (): Promise<void> => {
    await turn();
    await turn();
  };
  const add = (timer: Timer): void => {
    let at = timers.length;
    while (at > 0 && (timers[at - 1]?.atMs ?? 0) > timer.atMs) at--;
    timers.splice(at, 0, timer);
  };
  const endFirst = async (): Promise<void> => {
    const timer = timers.shift();
    nowMs = Math.max(nowMs, timer?.atMs ?? nowMs);
    timer?.end();
    await turn();
  };
  const clock: VirtualClock = {
    now: () => nowMs,
    waits,
    settle,
    sleep(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      add({ atMs: nowMs + ms, end: resolve });
      return promise;
    },
    wait(ms, signal) {
      waits.push(ms);
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer: Timer = { atMs: nowMs + ms, end: resolve };
      add(timer);
      const stop = (): void => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      return promise.finally(() => signal.removeEventListener('abort', stop));
    },
    async step() {
      await settle();
      if (timers.length === 0) return false;
      await endFirst();
      await settle();
      return true;
    },
    async run(work) {
      const progress = { isDone: false };
      const end = (): void => void (progress.isDone = true);
      void work.then(end, end);
      await settle();
      while (!progress.isDone)
        if (!(await clock.step()) && !progress.isDone) throw new Error('everybody waits for ever');
      return work;
    },
    async runUntil(timeMs) {
      await settle();
      while ((timers[0]?.atMs ?? Infinity) <= timeMs) await endFirst();
      nowMs = Math.max(nowMs, timeMs);
    },
  };
  return clock;
}
