import type { InvocationTime } from '../lambdas/shared/aggregation/aggregate-windows.ts';

/** As the aggregations are deployed (`lib/trends/aggregations.ts`). */
export const TIMEOUT_MS = 300_000;
/** As many items as a page of 1 MB has. */
export const PAGE_ITEMS = 1_000;

/** What remains of an invocation that begins now, by the clock of the simulation. */
export function invocationTime(now: () => number): InvocationTime {
  const endsMs = now() + TIMEOUT_MS;
  return { getRemainingTimeInMillis: () => endsMs - now() };
}
