import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

import { errors, type Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import type { BulkProblem } from '../../core/search/bulk-item.ts';

/** A document and where it belongs. */
export interface BulkOperation {
  /** Id of the event, at most 512 bytes: a longer one sinks its whole batch. */
  readonly id: string;
  readonly index: string;
  /** External version: the greater one stays. */
  readonly version: number;
  /** The document, in one line. */
  readonly json: string;
}

/** What the server says of one document. */
export interface BulkItem extends BulkProblem {
  readonly status: number;
  /** Which field is wrong, where the server says so. */
  readonly field?: string | undefined;
}

/** A whole request failed. It quotes nothing that was sent, unlike the client's own errors. */
export class BulkRequestError extends Error {
  override readonly name = 'BulkRequestError';
  readonly problem: BulkProblem;

  constructor(problem: BulkProblem) {
    super(`_bulk ended with ${problem.status ?? 'no answer'}${problem.type === undefined ? '' : ` ${problem.type}`}`);
    this.problem = problem;
  }
}

/**
 * Sends documents in one request.
 * @param operations one or more
 * @param timeoutMs after which it counts as not answered
 * @returns what the server says of each, in their order
 * @throws BulkRequestError if the whole request failed
 */
export interface SendBulk {
  (operations: readonly BulkOperation[], timeoutMs: number): Promise<BulkItem[]>;
  /** Makes the body of a request that will be sent soon, while another one is under way. */
  prepare?(operations: readonly BulkOperation[]): void;
}

const ErrorSchema = z.object({ type: z.string(), reason: z.string().optional() });
const AnswerSchema = z.object({
  errors: z.boolean(),
  items: z.array(z.object({ index: z.object({ status: z.int(), error: ErrorSchema.optional() }) })),
});
const FailureSchema = z.object({ error: ErrorSchema });

export interface SendBulkOptions {
  /**
   * Whether bodies are compressed, which takes processor time and spares the network.
   * @default true
   */
  readonly isCompressed?: boolean;
}

/** Sends by a client; never more than once, as the sink decides what is tried again. */
export function sendBulkBy(client: Client, { isCompressed = true }: SendBulkOptions = {}): SendBulk {
  // What is sent again has its body already.
  const bodies = new WeakMap<readonly BulkOperation[], Promise<Buffer>>();
  const bodyOf = (operations: readonly BulkOperation[]): Promise<Buffer> => {
    const body = bodies.get(operations) ?? encode(bulkBody(operations), isCompressed);
    bodies.set(operations, body);
    return body;
  };
  const send = async (operations: readonly BulkOperation[], timeoutMs: number): Promise<BulkItem[]> => {
    const body = await request(client, { bytes: await bodyOf(operations), isCompressed }, timeoutMs);
    const answer = AnswerSchema.safeParse(body);
    // Whoever answers something else (a proxy's page, half an answer) has told nothing about the documents.
    if (!answer.success || answer.data.items.length !== operations.length) throw new BulkRequestError({});
    return answer.data.items.map(({ index: { status, error } }) => ({
      status,
      ...(error && { type: error.type, field: fieldOf(error.reason) }),
    }));
  };
  return Object.assign(send, { prepare: (operations: readonly BulkOperation[]) => void bodyOf(operations) });
}

/** Half the time of the client's own compression, which has no levels, for bodies a fifth larger. */
const COMPRESSION = { level: constants.Z_BEST_SPEED };
const compress = promisify(gzip);

async function encode(body: string, isCompressed: boolean): Promise<Buffer> {
  return isCompressed ? compress(body, COMPRESSION) : Buffer.from(body);
}

interface EncodedBody {
  readonly bytes: Buffer;
  readonly isCompressed: boolean;
}

async function request(client: Client, { bytes, isCompressed }: EncodedBody, timeoutMs: number): Promise<unknown> {
  try {
    const sent = client.transport.request(
      {
        method: 'POST',
        path: '/_bulk',
        querystring: { filter_path: 'errors,items.*.status,items.*.error.type,items.*.error.reason' },
        bulkBody: bytes,
      },
      {
        maxRetries: 0,
        requestTimeout: timeoutMs,
        ...(isCompressed && { headers: { 'content-encoding': 'gzip' } }),
      },
    );
    const { body } = await within(timeoutMs, sent);
    return body;
  } catch (error) {
    throw requestError(error);
  }
}

/** The client's own limit ends with every byte that comes: it would wait for ever for an answer that drips. */
async function within<T>(timeoutMs: number, sent: PromiseLike<T> & { abort(): unknown }): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new BulkRequestError({}));
    sent.abort();
  }, timeoutMs);
  try {
    return await Promise.race([sent, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The body of a request: a line of what to do and a line of what it is about for each, in their order. */
export function bulkBody(operations: readonly BulkOperation[]): string {
  return operations.map((operation) => `${actionOf(operation)}\n${operation.json}\n`).join('');
}

/** What an operation takes of a request, in bytes before compression. */
export function operationBytes(operation: BulkOperation): number {
  return Buffer.byteLength(actionOf(operation)) + Buffer.byteLength(operation.json) + 2;
}

function actionOf({ id, index, version }: BulkOperation): string {
  return `{"index":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)},"version":${version},"version_type":"external"}}`;
}

/** Of an error of the client, which is not passed on: it holds what was sent. */
function requestError(error: unknown): unknown {
  if (error instanceof errors.ResponseError) {
    const { data } = FailureSchema.safeParse(error.body);
    return new BulkRequestError({ status: error.statusCode, type: data?.error.type });
  }
  const isUnanswered = error instanceof errors.OpenSearchClientError || (error instanceof Error && isBroken(error));
  return isUnanswered ? new BulkRequestError({}) : error;
}

/** Whether a connection, or an answer that is compressed, broke off. */
function isBroken(error: Error & { readonly code?: unknown }): boolean {
  return typeof error.code === 'string' && /^(?:E[A-Z]+|Z_[A-Z_]+)$/.test(error.code);
}

/** The reason quotes the value as well, so only the name is taken from it. */
function fieldOf(reason = ''): string | undefined {
  return /^failed to parse field \[([\w.]+)\]/.exec(reason)?.[1];
}
