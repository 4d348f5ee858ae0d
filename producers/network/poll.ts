import { backoff } from './backoff.ts';
import { RateLimitedError, TransientError } from './http.ts';
import type { ReadContext, Received } from './network.ts';

/** What stands between the rounds of a poller. */
export interface PollOptions {
  /** Milliseconds from the end of a round to the beginning of the next. */
  readonly pauseMs: () => number;
}

/** Where a network is asked again and again: one round of questions. */
export type PollRound = () => AsyncIterable<Received>;

/**
 * Delivers round after round. A round that fails in a way that passes is begun again after a back-off, or when the
 * network said; what it had delivered by then stands.
 */
export async function* poll(
  round: PollRound,
  { clock, signal, once, notify, count }: Pick<ReadContext, 'clock' | 'signal' | 'once' | 'notify' | 'count'>,
  { pauseMs }: PollOptions,
): AsyncGenerator<Received> {
  const failing = backoff(clock);
  while (!signal.aborted) {
    let waitMs: number;
    try {
      yield* round();
      if (once) return;
      failing.succeeded();
      waitMs = pauseMs();
    } catch (error) {
      if (signal.aborted) return;
      waitMs = waitAfter(error, failing.failed());
      count('failed rounds');
      notify(`${messageOf(error)}; trying again in ${seconds(waitMs)}.`);
    }
    await clock.wait(waitMs, signal);
  }
}

/** Milliseconds to wait after an error. @throws the error if it does not pass */
function waitAfter(error: unknown, backoffMs: number): number {
  if (error instanceof RateLimitedError) return Math.max(backoffMs, error.retryAfterMs ?? 0);
  if (error instanceof TransientError) return backoffMs;
  throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A wait for people: `4 s`. */
export function seconds(ms: number): string {
  return ms < 950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
