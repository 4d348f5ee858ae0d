import { SourceError } from '../source-error.ts';
import { backoff } from './backoff.ts';
import { RateLimitedError, TransientError } from './http.ts';
import type { ReadContext } from './network.ts';

/** A network that asks for a longer wait has made a mistake, or its clock has. */
const LONGEST_WAIT_MS = 3_600_000;
/** Who wants one round does not want to wait for ever. */
const ONCE_FAILURES = 5;

/** What comes after a failure. */
export interface Retry {
  /** Milliseconds until the next attempt. */
  readonly waitMs: number;
  /** What failed, without a full stop. */
  readonly problem: string;
}

/** When to try something again that goes on for ever. */
export interface Retries {
  /** An attempt has brought something. */
  succeeded(): void;
  /** An attempt, or what it began, has ended without an error: milliseconds until the next one. */
  ended(): number;
  /**
   * The same with an error.
   * @throws the error if it does not pass; SourceError for the fifth one in a row where only one round is wanted
   */
  failed(error: unknown): Retry;
}

/** Waits by a back-off, or as long as the network says, an hour at most. */
export function retries({ clock, once }: Pick<ReadContext, 'clock' | 'once'>): Retries {
  const failing = backoff(clock);
  let inARow = 0;
  return {
    succeeded() {
      inARow = 0;
      failing.succeeded();
    },
    ended: () => failing.failed(),
    failed(error) {
      const { problem, leastMs } = passing(error);
      inARow += 1;
      if (once && inARow >= ONCE_FAILURES)
        throw new SourceError(`${problem}; ${ONCE_FAILURES} attempts in a row have failed: try again later.`, {
          cause: error,
        });
      return { waitMs: Math.max(leastMs, failing.failed()), problem };
    },
  };
}

/** @throws the error if it does not pass */
function passing(error: unknown): { readonly problem: string; readonly leastMs: number } {
  if (error instanceof RateLimitedError)
    return { problem: error.message, leastMs: Math.min(LONGEST_WAIT_MS, error.retryAfterMs ?? 0) };
  if (error instanceof TransientError) return { problem: error.message, leastMs: 0 };
  throw error;
}
