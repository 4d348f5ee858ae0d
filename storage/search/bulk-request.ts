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
export type SendBulk = (operations: readonly BulkOperation[], timeoutMs: number) => Promise<BulkItem[]>;

const ErrorSchema = z.object({ type: z.string(), reason: z.string().optional() });
const AnswerSchema = z.object({
  errors: z.boolean(),
  items: z.array(z.object({ index: z.object({ status: z.int(), error: ErrorSchema.optional() }) })),
});
const FailureSchema = z.object({ error: ErrorSchema });

/** Sends by a client; never more than once, as the sink decides what is tried again. */
export function sendBulkBy(client: Client): SendBulk {
  return async (operations, timeoutMs) => {
    const body = await request(client, operations, timeoutMs);
    const answer = AnswerSchema.safeParse(body);
    // Whoever answers something else (a proxy's page, half an answer) has told nothing about the documents.
    if (!answer.success || answer.data.items.length !== operations.length) throw new BulkRequestError({});
    return answer.data.items.map(({ index: { status, error } }) => ({
      status,
      ...(error && { type: error.type, field: fieldOf(error.reason) }),
    }));
  };
}

async function request(client: Client, operations: readonly BulkOperation[], timeoutMs: number): Promise<unknown> {
  try {
    const { body } = await client.transport.request(
      {
        method: 'POST',
        path: '/_bulk',
        querystring: { filter_path: 'errors,items.*.status,items.*.error.type,items.*.error.reason' },
        bulkBody: bodyOf(operations),
      },
      { maxRetries: 0, requestTimeout: timeoutMs },
    );
    return body;
  } catch (error) {
    throw new BulkRequestError(problemOf(error));
  }
}

function bodyOf(operations: readonly BulkOperation[]): string {
  let body = '';
  for (const { id, index, version, json } of operations)
    body += `{"index":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)},"version":${version},"version_type":"external"}}\n${json}\n`;
  return body;
}

/** Of an error of the client; what is no answer of the server counts as none. */
function problemOf(error: unknown): BulkProblem {
  if (!(error instanceof errors.ResponseError)) {
    if (error instanceof errors.OpenSearchClientError) return {};
    throw error;
  }
  const { data } = FailureSchema.safeParse(error.body);
  return { status: error.statusCode, type: data?.error.type };
}

/** The reason quotes the value as well, so only the name is taken from it. */
function fieldOf(reason = ''): string | undefined {
  return /^failed to parse field \[([\w.]+)\]/.exec(reason)?.[1];
}
