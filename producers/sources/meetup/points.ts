import type { Clock } from '../../network/network.ts';

/** Keeps questions below what the network allows in a window of time. */
export interface PointsBudget {
  /** Takes a point; waits for one where none is left. Ends early when the signal is aborted. */
  spend(): Promise<void>;
}

export interface PointsOptions {
  /** Points in a window. @default 500 (https://www.meetup.com/api/guide) */
  readonly limit?: number;
  /** The length of the window, which slides. @default 60,000 */
  readonly windowMs?: number;
}

/** A whole budget. What a question costs is not documented: it is one point until the network says otherwise. */
export function pointsBudget(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  { limit = 500, windowMs = 60_000 }: PointsOptions = {},
): PointsBudget {
  const spentMs: number[] = [];
  return {
    async spend() {
      while (spentMs.length > 0 && clock.now() - (spentMs[0] ?? 0) >= windowMs) spentMs.shift();
      if (spentMs.length >= limit) {
        const oldestMs = spentMs.shift() ?? 0;
        await clock.wait(oldestMs + windowMs - clock.now(), signal);
      }
      spentMs.push(clock.now());
    },
  };
}
