import { ApiRequestError, ApiResponseError } from 'twitter-api-v2';
import * as z from 'zod';

import { SourceError } from '../../source-error.ts';
import { maybe } from '../../network/loose.ts';
import { reasonOf } from '../../network/http.ts';

/** Why a connection or a request came to nothing, as the rules for trying again tell apart. */
export type Failure =
  /** An open stream ended, was silent, or told that it ends. */
  | { readonly kind: 'dropped'; readonly what: string }
  /** Nothing came back: no connection, no answer. */
  | { readonly kind: 'network'; readonly what: string }
  /** The server says that it cannot. */
  | { readonly kind: 'http'; readonly what: string }
  /** Too often; `resetMs` is the epoch time when it ends, where it says so. */
  | { readonly kind: 'rate'; readonly what: string; readonly resetMs?: number | undefined }
  /** Somebody, perhaps an earlier connection of ours, holds the only place. */
  | { readonly kind: 'taken'; readonly what: string; readonly resetMs?: number | undefined }
  /** The stream has no rules. */
  | { readonly kind: 'no-rules'; readonly what: string };

/** A failure as an error, so that it travels like one. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.what, options);
    this.failure = failure;
  }
}

/** What of an error body is looked at; the host of `type` differs between `api.x.com` and `api.twitter.com`. */
const ProblemSchema = z.object({
  title: maybe(z.string()),
  type: maybe(z.string()),
  connection_issue: maybe(z.string()),
});

/** What a person has to do about an answer that no repetition will change. */
const FATAL: Readonly<Record<number, string>> = {
  400: 'X does not understand the request (400): look for a newer version of this program',
  401: 'X does not know the token (401): set TWITTER_BEARER_TOKEN to the app-only Bearer token of https://console.x.com',
  402: 'The credits at X are used up (402): buy some at https://console.x.com, or lower twitterBudget in the preset',
  403: 'X does not allow this app to read the filtered stream (403): look at its access at https://console.x.com',
  404: 'There is no filtered stream at this address (404): check TWITTER_API_URL',
};

/**
 * Sorts what the library throws.
 * @throws SourceError for what only a person can put right, and anything that is no error of a request as it is
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof StreamFailure) return error.failure;
  if (error instanceof ApiRequestError)
    return { kind: 'network', what: `X cannot be reached (${reasonOf(causeOf(error))})` };
  if (error instanceof z.ZodError) return { kind: 'http', what: 'X answers something else than it says' };
  if (!(error instanceof ApiResponseError)) return partialAnswer(error);
  const problem = ProblemSchema.safeParse(error.data).data ?? {};
  const name = problem.type?.split('/').at(-1) ?? '';
  if (name === 'usage-capped')
    throw new SourceError(
      'The monthly cap of posts at X is reached: raise it at https://console.x.com, or wait for the next month.',
    );
  if (error.code === 429) return rateFailure(error, problem.connection_issue);
  if (error.code === 409) return { kind: 'no-rules', what: 'X has no rules to filter by' };
  const fatal = FATAL[error.code];
  if (fatal !== undefined) throw new SourceError(`${fatal}.`, { cause: error });
  return { kind: 'http', what: `X answers ${error.code}` };
}

/** The library promises `requestError`, and keeps the error elsewhere. */
function causeOf(error: ApiRequestError): unknown {
  return Reflect.get(Object(Reflect.get(error, '_options')), 'error');
}

function rateFailure(error: ApiResponseError, issue: string | undefined): Failure {
  const resetS = Number(error.headers['x-rate-limit-reset'] ?? Number.NaN);
  const resetMs = Number.isFinite(resetS) ? resetS * 1_000 : undefined;
  if (issue === 'TooManyConnections')
    return { kind: 'taken', what: 'X says that another connection reads with this app', resetMs };
  return { kind: 'rate', what: 'X is asked too often', resetMs };
}

/** An answer that was cut short, or is not what its header says. */
function partialAnswer(error: unknown): Failure {
  if (error instanceof Error && 'type' in error && error.type === 'partial-response')
    return { kind: 'network', what: 'X broke its answer off' };
  throw error;
}
