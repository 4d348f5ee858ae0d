const BASE_MS = 100;
const CAP_MS = 10_000;

/**
 * How long to wait before the next attempt, in milliseconds: exponential back-off with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 * @param attempt how many attempts have failed, from 1
 * @param random in [0, 1)
 */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
}
