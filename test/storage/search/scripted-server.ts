import fc from 'fast-check';

import type { BulkProblem } from '../../../core/search/bulk-item.ts';
import {
  BulkRequestError,
  operationBytes,
  type BulkItem,
  type BulkOperation,
  type SendBulk,
} from '../../../storage/search/bulk-request.ts';

/** An operation on a document of so many characters. */
export function operation(n: number, length = 20): BulkOperation {
  return {
    id: `twitter:${n}`,
    index: 'posts-2026.11',
    version: 2 * 1_795_000_000_000,
    json: JSON.stringify({ id: `twitter:${n}`, text: 'x'.repeat(length) }),
  };
}

/** So many of them, numbered from 0. */
export function operations(count: number, length?: number): BulkOperation[] {
  return Array.from({ length: count }, (_, n) => operation(n, length));
}

/** What a server does with a request: it answers every item, or fails as a whole. */
export type Turn = { readonly items: readonly BulkItem[] } | { readonly fails: BulkProblem };

/** A request as the server saw it. */
export interface SeenRequest {
  readonly ids: readonly string[];
  readonly bytes: number;
  readonly atMs: number;
  readonly timeoutMs: number;
}

/** A server that goes by a script, on a clock that its answers and pauses move on. */
export interface ScriptedServer {
  readonly send: SendBulk;
  readonly pause: (attempt: number, maxMs?: number) => Promise<void>;
  readonly now: () => number;
  readonly seen: readonly SeenRequest[];
  readonly mostAtOnce: () => number;
}

export interface ScriptedServerOptions {
  /** What it does, request by request; afterwards it stores everything. @default - stores everything */
  readonly turns?: readonly Turn[];
  /** How long an answer takes. @default 10 */
  readonly answerMs?: number;
  /** How long a pause is before the sink's limit. @default 100 */
  readonly pauseMs?: number;
  /** Documents that sink every request they are in. @default - none */
  readonly isBad?: (id: string) => boolean;
}

export function scriptedServer(options: ScriptedServerOptions = {}): ScriptedServer {
  const { turns = [], answerMs = 10, pauseMs = 100, isBad = () => false } = options;
  const seen: SeenRequest[] = [];
  let nowMs = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  return {
    seen,
    mostAtOnce: () => mostAtOnce,
    now: () => nowMs,
    async pause(_, maxMs = Infinity) {
      nowMs += Math.max(0, Math.min(pauseMs, maxMs));
    },
    async send(sent, timeoutMs) {
      const turn = turns[seen.length];
      const bytes = sent.reduce((sum, each) => sum + operationBytes(each), 0);
      seen.push({ ids: sent.map(({ id }) => id), bytes, atMs: nowMs, timeoutMs });
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await Promise.resolve();
      nowMs += Math.min(answerMs, timeoutMs);
      atOnce--;
      return answer(turn, sent, isBad);
    },
  };
}

function answer(turn: Turn | undefined, sent: readonly BulkOperation[], isBad: (id: string) => boolean): BulkItem[] {
  if (turn !== undefined && 'fails' in turn) throw new BulkRequestError(turn.fails);
  if (sent.some(({ id }) => isBad(id))) throw new BulkRequestError({ status: 400, type: 'illegal_argument_exception' });
  const items = turn !== undefined && 'items' in turn ? turn.items : [];
  return sent.map((_, i) => items[i % Math.max(1, items.length)] ?? { status: 201 });
}

/** Whatever a server can say of a document. */
export const anyItem: fc.Arbitrary<BulkItem> = fc.constantFrom(
  { status: 201 },
  { status: 200 },
  { status: 409, type: 'version_conflict_engine_exception' },
  { status: 429, type: 'rejected_execution_exception' },
  { status: 503, type: 'unavailable_shards_exception' },
  { status: 500 },
  { status: 400, type: 'mapper_parsing_exception', field: 'created_at' },
  { status: 404 },
  { status: 403, type: 'cluster_block_exception' },
  { status: 429, type: 'cluster_block_exception' },
);

const anyProblem: fc.Arbitrary<BulkProblem> = fc.constantFrom(
  {},
  { status: 413 },
  { status: 400, type: 'illegal_argument_exception' },
  { status: 429, type: 'circuit_breaking_exception' },
  { status: 502 },
  { status: 503 },
  { status: 504 },
  { status: 401 },
  { status: 403, type: 'security_exception' },
);

/** Whatever a server can do with a request. */
export const anyTurn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ items: fc.array(anyItem, { minLength: 1, maxLength: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ fails: anyProblem }) },
);
