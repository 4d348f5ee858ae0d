import { errors } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { TransientStoreError } from '../errors.ts';

/** The server answered with an error; what was sent and what it quotes is left out. */
export class SearchRefusedError extends Error {
  override readonly name = 'SearchRefusedError';
  readonly status: number;
  readonly type: string | undefined;

  constructor(what: string, status: number, type: string | undefined) {
    super(`${what}: the search server answered ${status}${type === undefined ? '' : ` ${type}`}`);
    this.status = status;
    this.type = type;
  }
}

const BY_COGNITO =
  'with searchLogin=cognito only its functions, and people who sign in to Dashboards by Cognito, get in';

/**
 * What a person does about a refusal, as a sentence ends. Where people sign in, the domain itself asks who somebody is
 * (`security_exception`), and knows no other roles and users of the account; without a body, it can be either.
 */
export function remedyOf({ status, type }: SearchRefusedError): string {
  if (type === 'cluster_block_exception') return 'it is read only, or its disk is full: give it room';
  if (status === 403 && type === 'security_exception') return BY_COGNITO;
  if (status === 403)
    return `check that you are signed in, with the right to use the domain (es:ESHttp*); ${BY_COGNITO}`;
  return status === 401 ? 'check that you are signed in, with the right to use the domain' : 'deploy the stage again';
}

const FailureSchema = z.object({ error: z.object({ type: z.string() }) });
const WAKING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Waits for an answer of the client.
 * @param what what was asked for, as a sentence begins
 * @throws TransientStoreError where nobody answered or the server cannot now, SearchRefusedError where it will not
 */
export async function answerOf<T>(what: string, request: PromiseLike<{ readonly body: T }>): Promise<T> {
  try {
    return (await request).body;
  } catch (error) {
    throw searchError(what, error);
  }
}

function searchError(what: string, error: unknown): unknown {
  if (error instanceof errors.ResponseError) {
    const { data } = FailureSchema.safeParse(error.body);
    const { statusCode } = error;
    const isBlocked = data?.error.type === 'cluster_block_exception' && statusCode !== 503;
    if (WAKING.has(statusCode) && !isBlocked)
      return new TransientStoreError(`${what}: the search server answered ${statusCode}`);
    return new SearchRefusedError(what, statusCode, data?.error.type);
  }
  // The client keeps the request, and with it the posts, in its errors.
  if (error instanceof errors.OpenSearchClientError)
    return new TransientStoreError(`${what}: the search server does not answer (${error.name})`);
  return error;
}
