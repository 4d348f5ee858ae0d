/**
 * What becomes of a document after an answer of `_bulk`:
 * - `stored`;
 * - `stale`: it is there already, or a newer one is, which is as good;
 * - `retry`: the server could not take it now;
 * - `blocked`: the server takes nothing until a person does something; the document is good, and trying again at once
 *   would only add to its load;
 * - `refused`: no attempt can store it.
 */
export type ItemDecision = 'stored' | 'stale' | 'retry' | 'blocked' | 'refused';

/**
 * What becomes of a whole request that failed: `halve`: two smaller ones may succeed; `suspect`: one bad document may have
 * sunk it, or it has nothing to do with documents, which only other requests can tell.
 */
export type RequestDecision = 'retry' | 'blocked' | 'halve' | 'suspect';

/** What a server says about a document or a request. */
export interface BulkProblem {
  /** HTTP status; absent where nobody answered. */
  readonly status?: number | undefined;
  /** `error.type`, where there is one. */
  readonly type?: string | undefined;
}

const DENIED: ReadonlySet<number> = new Set([401, 403]);

/** These come with statuses that mean something else in other cases: a full disk answers 429, a closed index 400. */
const BLOCKING: ReadonlySet<string> = new Set([
  'cluster_block_exception',
  'index_closed_exception',
  'index_not_found_exception',
  'security_exception',
  // The cluster has as many shards as it may have.
  'validation_exception',
]);

/** Decides by what a bulk answer says of one item; its status is 2xx where all is well. */
export function decideItem({ status = 0, type }: BulkProblem): ItemDecision {
  if (isBlock({ status, type })) return 'blocked';
  if (status >= 200 && status < 300) return 'stored';
  if (status === 409) return 'stale';
  if (isPassing(status)) return 'retry';
  return DENIED.has(status) ? 'blocked' : 'refused';
}

/**
 * Decides by how a whole request failed. 413 is answered to one that is too large, 400 to a batch with one bad item, but
 * also by a proxy, or to a request that no document is to blame for.
 */
export function decideRequest({ status, type }: BulkProblem): RequestDecision {
  if (isBlock({ status, type })) return 'blocked';
  if (status === undefined || isPassing(status)) return 'retry';
  if (status === 400) return 'suspect';
  return status === 413 ? 'halve' : 'blocked';
}

/** A server that has just been started blocks as well, with 503, until it knows its indices: that passes by itself. */
function isBlock({ status, type = '' }: BulkProblem): boolean {
  return BLOCKING.has(type) && status !== 503;
}

/** Whether a status tells of the server's state rather than of what was sent; proxies have some of their own. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
