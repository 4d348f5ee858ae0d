import { backoff } from './backoff.ts';
import type { Clock } from './network.ts';
import { seconds } from './poll.ts';

/** A producer among others. */
export interface Supervised {
  /** Runs it to its end; returns its exit code. */
  readonly run: () => Promise<number>;
  /** Tells a person something about it. */
  readonly notify: (sentence: string) => void;
}

export interface SuperviseOptions {
  /** Aborted when a person wants to stop: what fails then is not begun again. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether only a person can put it right. */
  readonly isForPerson: (error: unknown) => boolean;
  /** Whether it waits for help even where no producer works. */
  readonly isAlways: boolean;
}

/** How often it is looked whether a person has helped. */
const HELPED_MS = 15 * 60_000;

/**
 * Runs producers side by side to their ends; what befalls one does not touch the others. One that fails by a fault of
 * ours is begun again after a back-off; one that needs a person is tried every quarter of an hour, as long as another
 * one works or always.
 * @returns the highest exit code; 1 of one that needs a person
 */
export async function supervise(producers: readonly Supervised[], options: SuperviseOptions): Promise<number> {
  const working = new Set(producers);
  const noneWorks = new AbortController();
  const rest = (producer: Supervised): void => {
    working.delete(producer);
    if (working.size === 0 && !options.isAlways) noneWorks.abort();
  };
  const signal = AbortSignal.any([options.signal, noneWorks.signal]);
  const codes = producers.map(async (producer) => {
    for (;;) {
      const isTriedAgain = (): boolean => options.isAlways || working.size > 1;
      const code = await runToEnd(producer, options, isTriedAgain);
      rest(producer);
      if (code !== NEEDS_PERSON) return code;
      await options.clock.wait(HELPED_MS, signal);
      if (signal.aborted) return 1;
      working.add(producer);
    }
  });
  return Math.max(...(await Promise.all(codes)));
}

const NEEDS_PERSON = 'needs a person';

/** Runs it until it ends or needs a person, over all faults of ours. */
async function runToEnd(
  { run, notify }: Supervised,
  { signal, clock, isForPerson }: SuperviseOptions,
  isTriedAgain: () => boolean,
): Promise<number | typeof NEEDS_PERSON> {
  const failing = backoff(clock);
  for (;;) {
    failing.succeeded();
    try {
      return await run();
    } catch (error) {
      if (isForPerson(error)) {
        const message = error instanceof Error ? error.message : String(error);
        notify(isTriedAgain() ? `${message}\nIt is tried again in 15 minutes.` : message);
        return NEEDS_PERSON;
      }
      const waitMs = failing.failed();
      notify(`This is a fault of ours; beginning again in ${seconds(waitMs)}.\n${stackOf(error)}`);
      await clock.wait(waitMs, signal);
      if (signal.aborted) return 1;
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
