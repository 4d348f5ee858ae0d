import type { HttpAnswer, HttpRequest } from '../../network/http.ts';
import { jsonOrText } from '../../network/json.ts';

/** What snoowrap asks its transport for: options of the package `request`, as far as it uses them here. */
export interface RawOptions {
  readonly baseUrl: string;
  readonly uri: string;
  readonly method?: string;
  readonly qs?: Readonly<Record<string, string | number>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: { readonly bearer: string } | { readonly user: string; readonly pass: string };
  /** Whether the body is parsed. */
  readonly json?: boolean;
  /** Told of every answer, also of errors; what it returns is the result. */
  readonly transform?: (body: unknown, response: RawResponse) => unknown;
  readonly resolveWithFullResponse?: boolean;
}

/** An answer as snoowrap reads it. */
export interface RawResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly request: { readonly method: string; readonly uri: { readonly href: string } };
}

/** An answer with a status other than 2xx, as snoowrap knows it. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly statusCode: number;
  readonly response: RawResponse;
  readonly error: unknown;
  readonly answer: HttpAnswer;

  constructor(response: RawResponse, answer: HttpAnswer) {
    super(`status ${response.statusCode}`);
    this.statusCode = response.statusCode;
    this.response = response;
    this.error = response.body;
    this.answer = answer;
  }
}

/** No answer came; `cause` is why. snoowrap reads `response.request` of every error. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  readonly response: Pick<RawResponse, 'request'>;

  constructor(request: RawResponse['request'], cause: unknown) {
    super('no answer', { cause });
    this.response = { request };
  }
}

/**
 * The transport of snoowrap over an HTTP port, by the contract of its `rawRequest`
 * (https://not-an-aardvark.github.io/snoowrap/snoowrap.html#rawRequest__anchor).
 * @throws StatusError or UnansweredError
 */
export async function rawRequest(
  send: (request: HttpRequest) => Promise<HttpAnswer>,
  options: RawOptions,
): Promise<unknown> {
  const request = httpRequest(options);
  const asked = { method: request.method.toUpperCase(), uri: { href: request.url } };
  let answer: HttpAnswer;
  try {
    answer = await send(request);
  } catch (error) {
    throw new UnansweredError(asked, error);
  }
  // Errors may be HTML.
  const body = options.json === true ? jsonOrText(answer.body) : answer.body;
  const response = { statusCode: answer.status, headers: answer.headers, body, request: asked };
  const result = options.transform?.(body, response) ?? (options.resolveWithFullResponse === true ? response : body);
  if (answer.status < 200 || answer.status > 299) throw new StatusError(response, answer);
  return result;
}

function httpRequest({ baseUrl, uri, method = 'get', qs = {}, form, headers, auth }: RawOptions) {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/${uri.replace(/^\/+/, '')}`);
  for (const [name, value] of Object.entries(qs)) url.searchParams.set(name, String(value));
  return {
    url: url.href,
    method: method.toUpperCase(),
    headers: {
      ...headers,
      ...(auth !== undefined && { authorization: authorization(auth) }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
  };
}

function authorization(auth: NonNullable<RawOptions['auth']>): string {
  if ('bearer' in auth) return `bearer ${auth.bearer}`;
  return `Basic ${Buffer.from(`${auth.user}:${auth.pass}`).toString('base64')}`;
}
