import pMap from 'p-map';

import { decideItem, decideRequest } from '../../core/search/bulk-item.ts';
import type { Pause } from '../backoff.ts';
import { BulkRequestError, operationBytes, type BulkItem, type BulkOperation, type SendBulk } from './bulk-request.ts';

/** A document that no attempt can store. */
export interface RefusedDocument<T extends BulkOperation> {
  readonly operation: T;
  /** What is wrong, never content of the document. */
  readonly detail: string;
}

/** What became of documents; every one is in exactly one part. */
export interface BulkOutcome<T extends BulkOperation> {
  readonly stored: number;
  /** They, or newer ones, were there already. */
  readonly stale: number;
  readonly refused: readonly RefusedDocument<T>[];
  /** Good ones that the server did not take: to be tried again later, in any order, any number of times. */
  readonly unfinished: readonly T[];
  /** Whether the server takes nothing until a person does something: its disk is full, it is read only, it denies. */
  readonly isBlocked: boolean;
}

export interface BulkSink {
  /**
   * Stores documents.
   * @param deadlineMs when it has to be done, by the clock of the sink; what is open by then is unfinished
   */
  write<T extends BulkOperation>(operations: readonly T[], deadlineMs: number): Promise<BulkOutcome<T>>;
}

export interface BulkSinkOptions {
  readonly send: SendBulk;
  readonly pause: Pause;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * Bytes of one request before compression.
   * @default 1 MiB: a t3.small.search throttles when requests in flight pass 1 % of its heap
   */
  readonly maxBytes?: number;
  /** @default 1000 */
  readonly maxDocuments?: number;
  /** Requests at once. @default 1 */
  readonly concurrency?: number;
}

const MAX_ATTEMPTS = 6;
const REQUEST_TIMEOUT_MS = 30_000;

/** The one way into the index, for every feed. */
export function bulkSink({
  maxBytes = 1024 * 1024,
  maxDocuments = 1_000,
  concurrency = 1,
  ...deps
}: BulkSinkOptions): BulkSink {
  return {
    async write(operations, deadlineMs) {
      const run: Run<(typeof operations)[number]> = {
        ...deps,
        deadlineMs,
        hasGivenUp: false,
        isHeard: false,
        suspects: [],
      };
      const chunks = preparing(chunksOf(operations, maxBytes, maxDocuments), run.send);
      const outcomes = await pMap(chunks, (chunk) => writeChunk(chunk, run), { concurrency });
      return outcomes.reduce(sumOf<(typeof operations)[number]>, judge(run));
    },
  };
}

/** One write, shared by its requests. */
interface Run<T extends BulkOperation> extends Pick<BulkSinkOptions, 'send' | 'pause' | 'now'> {
  readonly deadlineMs: number;
  /** A server that takes nothing of one chunk is spared the others until somebody comes back. */
  hasGivenUp: boolean;
  /** Whether the server has said something about single documents, so that it understands what it is sent. */
  isHeard: boolean;
  /** Each was refused in a request of its own. */
  readonly suspects: T[];
}

/** So many requests with one document are refused, and none is taken, before no document is to blame. */
const MAX_SUSPECTS = 20;

const NOTHING = { stored: 0, stale: 0, refused: [], unfinished: [], isBlocked: false } as const;

function sumOf<T extends BulkOperation>(a: BulkOutcome<T>, b: BulkOutcome<T>): BulkOutcome<T> {
  return {
    stored: a.stored + b.stored,
    stale: a.stale + b.stale,
    refused: [...a.refused, ...b.refused],
    unfinished: [...a.unfinished, ...b.unfinished],
    isBlocked: a.isBlocked || b.isBlocked,
  };
}

function* chunksOf<T extends BulkOperation>(
  operations: readonly T[],
  maxBytes: number,
  maxDocuments: number,
): Generator<T[]> {
  let chunk: T[] = [];
  let bytes = 0;
  for (const operation of operations) {
    const size = operationBytes(operation);
    if (chunk.length > 0 && (bytes + size > maxBytes || chunk.length >= maxDocuments)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(operation);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

/** Has each chunk made ready while the one before it is under way. */
function* preparing<T extends BulkOperation>(chunks: Iterable<T[]>, send: SendBulk): Generator<T[]> {
  let before: T[] | undefined;
  for (const chunk of chunks) {
    if (before !== undefined) {
      send.prepare?.(chunk);
      yield before;
    }
    before = chunk;
  }
  if (before !== undefined) yield before;
}

async function writeChunk<T extends BulkOperation>(chunk: readonly T[], run: Run<T>): Promise<BulkOutcome<T>> {
  let done: BulkOutcome<T> = NOTHING;
  let pending = chunk;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (attempt > 1) await run.pause(attempt - 1, run.deadlineMs - run.now());
    if (run.hasGivenUp || run.now() >= run.deadlineMs) break;
    const answer = await trySend(run, pending);
    if (answer === 'suspect' && pending.length === 1) {
      suspect(pending, run);
      return done;
    }
    if (answer === 'halve' || answer === 'suspect') return sumOf(done, await writeHalves(pending, run));
    run.isHeard ||= typeof answer !== 'string';
    const outcome = typeof answer === 'string' ? wholly(pending, answer) : outcomeOf(pending, answer);
    done = sumOf(done, { ...outcome, unfinished: [] });
    const isNoneTaken = outcome.unfinished.length === pending.length;
    pending = outcome.unfinished;
    run.hasGivenUp ||= outcome.isBlocked || (attempt === MAX_ATTEMPTS && isNoneTaken);
    if (pending.length === 0) break;
  }
  return sumOf(done, { ...NOTHING, unfinished: pending });
}

function suspect<T extends BulkOperation>(documents: readonly T[], run: Run<T>): void {
  run.suspects.push(...documents);
  run.hasGivenUp ||= !run.isHeard && run.suspects.length >= MAX_SUSPECTS;
}

/** A server that has taken other documents refuses these; one that has taken none refuses whatever it is sent. */
function judge<T extends BulkOperation>({ suspects, isHeard }: Run<T>): BulkOutcome<T> {
  if (!isHeard) return { ...NOTHING, unfinished: suspects, isBlocked: suspects.length > 0 };
  return { ...NOTHING, refused: suspects.map((operation) => ({ operation, detail: ALONE })) };
}

const ALONE = 'the server refuses a request with it alone';

async function writeHalves<T extends BulkOperation>(chunk: readonly T[], run: Run<T>): Promise<BulkOutcome<T>> {
  const [only] = chunk;
  if (only !== undefined && chunk.length === 1) return { ...NOTHING, refused: [{ operation: only, detail: ALONE }] };
  const middle = Math.ceil(chunk.length / 2);
  const first = await writeChunk(chunk.slice(0, middle), run);
  return sumOf(first, await writeChunk(chunk.slice(middle), run));
}

async function trySend(
  { send, now, deadlineMs }: Pick<Run<BulkOperation>, 'send' | 'now' | 'deadlineMs'>,
  operations: readonly BulkOperation[],
): Promise<readonly BulkItem[] | ReturnType<typeof decideRequest>> {
  try {
    return await send(operations, Math.min(REQUEST_TIMEOUT_MS, deadlineMs - now()));
  } catch (error) {
    if (!(error instanceof BulkRequestError)) throw error;
    return decideRequest(error.problem);
  }
}

/** Of a request that failed as a whole. */
function wholly<T extends BulkOperation>(operations: readonly T[], decision: 'retry' | 'blocked'): BulkOutcome<T> {
  return { ...NOTHING, unfinished: operations, isBlocked: decision === 'blocked' };
}

/** Of one answer; `unfinished` holds what is to be tried again. */
function outcomeOf<T extends BulkOperation>(operations: readonly T[], items: readonly BulkItem[]): BulkOutcome<T> {
  const outcome = { stored: 0, stale: 0, refused: [] as RefusedDocument<T>[], unfinished: [] as T[], isBlocked: false };
  for (const [i, operation] of operations.entries()) {
    const item = items[i] ?? { status: 503 };
    const decision = decideItem(item);
    if (decision === 'stored') outcome.stored++;
    else if (decision === 'stale') outcome.stale++;
    else if (decision === 'refused') outcome.refused.push({ operation, detail: describe(item) });
    else outcome.unfinished.push(operation);
    outcome.isBlocked ||= decision === 'blocked';
  }
  return outcome;
}

function describe({ status, type = 'unknown_error', field }: BulkItem): string {
  return `${status} ${type}${field === undefined ? '' : ` in ${field}`}`;
}
