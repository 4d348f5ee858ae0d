import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits before the next attempt; `attempt` counts from 1. Never longer than `maxMs`, where that is given. Handed in, so
 * that tests run on a clock of their own.
 */
export type Pause = (attempt: number, maxMs?: number) => Promise<void>;

const BASE_MS = 50;
const CAP_MS = 5_000;

/** Exponential back-off with full jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter). */
export const backOff: Pause = (attempt, maxMs = CAP_MS) =>
  delay(Math.min(Math.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt), Math.max(0, maxMs)));
