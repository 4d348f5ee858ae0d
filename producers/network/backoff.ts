import type { Clock } from './network.ts';

/** How long to wait before the next attempt. */
export interface Backoff {
  /** An attempt has succeeded; the failures before it are forgotten once that has held for a while. */
  succeeded(): void;
  /** An attempt, or what it began, has failed: milliseconds until the next one. */
  failed(): number;
}

export interface BackoffOptions {
  /** The wait after the first failure, in milliseconds. @default 1,000 */
  readonly baseMs?: number;
  /** The longest wait. @default 60,000 */
  readonly capMs?: number;
}

/** How long a success has to hold. */
const HEALTHY_MS = 60_000;

/**
 * Exponential back-off with equal jitter: half of the wait is certain, so that an endless failure cannot make a storm
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 */
export function backoff(
  { now, random }: Pick<Clock, 'now' | 'random'>,
  { baseMs = 1_000, capMs = 60_000 }: BackoffOptions = {},
): Backoff {
  let failures = 0;
  let succeededMs: number | undefined;
  return {
    succeeded() {
      succeededMs ??= now();
    },
    failed() {
      if (succeededMs !== undefined && now() - succeededMs >= HEALTHY_MS) failures = 0;
      succeededMs = undefined;
      const wait = Math.min(capMs, baseMs * 2 ** failures);
      failures += 1;
      return wait / 2 + (random() * wait) / 2;
    },
  };
}
