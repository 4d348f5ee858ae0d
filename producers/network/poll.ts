import type { ReadContext, Received } from './network.ts';
import { retries } from './retries.ts';

/** What stands between the rounds of a poller. */
export interface PollOptions {
  /** Milliseconds from the end of a round to the beginning of the next. */
  readonly pauseMs: () => number;
  /** Whether the round that has ended is enough where only one is wanted. @default - it is */
  readonly isEnough?: () => boolean;
}

/** Where a network is asked again and again: one round of questions. */
export type PollRound = () => AsyncIterable<Received>;

/**
 * Delivers round after round. A round that fails in a way that passes is begun again after a back-off, or when the
 * network said; what it had delivered by then stands.
 * @throws SourceError where only one round is wanted and five attempts in a row have failed without bringing anything
 */
export async function* poll(
  round: PollRound,
  { clock, signal, once, notify, count }: Pick<ReadContext, 'clock' | 'signal' | 'once' | 'notify' | 'count'>,
  { pauseMs, isEnough = () => true }: PollOptions,
): AsyncGenerator<Received> {
  const attempts = retries({ clock, once });
  while (!signal.aborted) {
    let waitMs: number;
    try {
      for await (const received of round()) {
        attempts.succeeded();
        yield received;
      }
      if (once && isEnough()) return;
      attempts.succeeded();
      waitMs = pauseMs();
    } catch (error) {
      if (signal.aborted) return;
      const retry = attempts.failed(error);
      waitMs = retry.waitMs;
      count('failed rounds');
      notify(`${retry.problem}; trying again in ${seconds(waitMs)}.`);
    }
    await clock.wait(waitMs, signal);
  }
}

/** A wait for people: `4 s`. */
export function seconds(ms: number): string {
  return ms < 950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
