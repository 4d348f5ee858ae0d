import { backoff } from './backoff.ts';
import type { Clock } from './network.ts';
import { seconds } from './poll.ts';

export interface SuperviseOptions {
  /** Aborted when a person wants to stop: what fails then is not begun again. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether only a person can put it right, so that beginning again is of no use. */
  readonly isForPerson: (error: unknown) => boolean;
  readonly notify: (sentence: string) => void;
}

/**
 * Runs something to its end. Where it fails by a fault of ours, it is begun again after a back-off, with all that it
 * remembers; where only a person can help, it ends, and says so.
 * @returns its exit code; 1 where a person has to help
 */
export async function supervise(
  run: () => Promise<number>,
  { signal, clock, isForPerson, notify }: SuperviseOptions,
): Promise<number> {
  const failing = backoff(clock);
  for (;;) {
    failing.succeeded();
    try {
      return await run();
    } catch (error) {
      if (isForPerson(error) || signal.aborted) {
        notify(error instanceof Error ? error.message : String(error));
        return 1;
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
