import Snoowrap from 'snoowrap';
import * as z from 'zod';

import { type Http, type HttpAnswer, type HttpRequest, readJsonAnswer, TransientError } from '../../network/http.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import { maybe } from '../../network/loose.ts';
import type { ReadContext } from '../../network/network.ts';
import { appToken } from './app-token.ts';
import { type RawOptions, rawRequest, StatusError, UnansweredError } from './raw-request.ts';
import { type Page, type PageRequest, type RedditClient, UnavailableError } from './reddit-client.ts';

type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** snoowrap with our transport, our token and our pace. */
class PacedSnoowrap extends Snoowrap {
  readonly #send: Send;

  constructor(userAgent: string, accessToken: string, send: Send) {
    super({ userAgent, accessToken });
    this.#send = send;
    // It must not renew a token that it knows no secret for.
    this.tokenExpiration = Infinity;
    this.config({
      requestTimeout: 10_000,
      continueAfterRatelimitError: false,
      maxRetryAttempts: 1,
      retryErrorCodes: [],
      proxies: false,
    });
  }

  override rawRequest(options: RawOptions): Promise<unknown> {
    return rawRequest(this.#send, options);
  }

  /** The transport waits for its turn. */
  _awaitRatelimit(): Promise<void> {
    return Promise.resolve();
  }

  /** The transport waits for its turn. */
  _awaitRequestDelay(): Promise<void> {
    return Promise.resolve();
  }
}

/** Reddit over snoowrap, and over an HTTP port that keeps to the rate limit. */
export function snoowrapClient(
  http: Http,
  { addresses, credentials, clock, signal, userAgent }: Omit<ReadContext, 'http'>,
): RedditClient {
  const send: Send = (request) => http(request, signal);
  const { REDDIT_API_URL: apiUrl = '', REDDIT_AUTH_URL: authUrl = '' } = addresses;
  const { REDDIT_CLIENT_ID: clientId, REDDIT_CLIENT_SECRET: clientSecret } = credentials.values;
  const app = {
    clientId,
    clientSecret,
    userAgent,
    rawRequest: (options: RawOptions) => rawRequest(send, options),
  };
  const grant = { grant_type: 'client_credentials' };
  const askToken = { method: 'post', baseUrl: authUrl, uri: 'api/v1/access_token', form: grant, json: false };
  const token = appToken(() => answered(Snoowrap.prototype.credentialedClientRequest.call(app, askToken)), clock.now);
  const ask = async (uri: string, qs: Query): Promise<HttpAnswer> => {
    const snoowrap = new PacedSnoowrap(userAgent, await token.current(), send);
    // As a text: the answer is kept as Reddit sent it, without the objects that snoowrap would make of it.
    return answered(snoowrap.oauthRequest({ method: 'get', baseUrl: apiUrl, uri, qs, json: false }));
  };
  const get = async (uri: string, qs: Query): Promise<Page> => {
    const answer = await ask(uri, qs);
    if (answer.status !== 401) return readPage(answer);
    // A token may end before its time.
    token.forget();
    return readPage(await ask(uri, qs));
  };
  return {
    listing: (name, request) => get(`${pathOf(request)}/${name}`, { ...queryOf(request), ...TIMES[name] }),
    comments: (request) => get(`${pathOf(request)}/comments`, queryOf(request)),
    info: async (names) => (await get('api/info', { id: names.join(',') })).things,
  };
}

type Query = Readonly<Record<string, string | number>>;

/** The time that the ranked listings are about; the others are about now. */
const TIMES: Readonly<Record<string, Query>> = { top: { t: 'day' }, controversial: { t: 'day' } };

function pathOf({ subreddits }: PageRequest): string {
  return `r/${subreddits.join('+')}`;
}

function queryOf({ after, limit = 100 }: PageRequest): Query {
  return { limit, ...(after !== undefined && { after }) };
}

/** What came back, whatever its status. @throws TransientError if nothing did */
async function answered(request: PromiseLike<unknown>): Promise<HttpAnswer> {
  try {
    return { status: 200, headers: {}, body: String(await request) };
  } catch (error) {
    if (error instanceof StatusError) return error.answer;
    throw error instanceof UnansweredError ? error.cause : error;
  }
}

const PageSchema = z.object({
  kind: z.literal('Listing'),
  data: z.object({ children: z.array(z.unknown()), after: maybe(z.string().min(1)) }),
});
const RefusalSchema = z.object({ error: z.number(), reason: maybe(z.string().max(40)) });

/** Reddit answers a search for subreddits where there is none of that name. */
const SubredditSchema = z.object({ kind: z.literal('t5') });

function readPage(answer: HttpAnswer): Page {
  const { status } = answer;
  if (status === 403 || status === 404) throw refusalOf(answer);
  if (status === 401) throw new TransientError('Reddit refuses a token that it has just given');
  const page = PageSchema.safeParse(readJsonAnswer(answer, { title: 'Reddit', refused: '' }));
  if (!page.success) throw new TransientError('Reddit answers something that is no listing');
  const { children, after } = page.data.data;
  if (children.some((child) => SubredditSchema.safeParse(child).success)) throw new UnavailableError('not found');
  return { things: children, after };
}

const BLOCKED =
  'set PRODUCER_CONTACT to an address where it can write to you, read from another network address, and check REDDIT_API_URL';

/** A page of HTML, or no reason, is about us and not about the subreddit. */
function refusalOf({ status, body }: HttpAnswer): Error {
  const refusal = RefusalSchema.safeParse(jsonOrUndefined(body)).data;
  const reason = refusal?.reason ?? (refusal?.error === 404 ? 'not found' : undefined);
  return reason === undefined
    ? new TransientError(`Reddit answers ${status} to us, whatever is asked: ${BLOCKED}`)
    : new UnavailableError(reason);
}
