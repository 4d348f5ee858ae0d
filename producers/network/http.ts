import { SourceError } from '../source-error.ts';

/** A failure that passes: a server that is down, a connection that breaks, an answer that makes no sense. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The network says that we ask too often. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  /** Milliseconds until it will answer again; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A request to a network. */
export interface HttpRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back; `headers` by their lower-case names. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request and reads the whole answer, whatever its status. @throws TransientError if none comes */
export type Http = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

/** Who asks: networks refuse requests without a name, and some want to know whom to write to. */
export function userAgent(contact: string | undefined): string {
  return `groundswell/0.1 (social analytics in a private account${contact === undefined ? '' : `; ${contact}`})`;
}

const TIMEOUT_MS = 30_000;
/** A longer answer is no answer of a network to what we ask. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks over the Internet. @param agent the header `user-agent` */
export function fetchHttp(agent: string): Http {
  return async ({ url, method = 'GET', headers, body }, signal) => {
    try {
      const answer = await fetch(url, {
        method,
        headers: { 'user-agent': agent, ...headers },
        ...(body !== undefined && { body }),
        // What is sent along is for this address alone.
        redirect: body === undefined ? 'follow' : 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await readText(answer) };
    } catch (error) {
      throw new TransientError(`${hostOf(url)} does not answer (${reasonOf(error)})`, { cause: error });
    }
  };
}

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new TransientError('the answer is longer than 64 MiB');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The host of an address, for messages. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/** Why a request failed, in a few words that hold no address and no secret. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** How the errors of a network are told to a person. */
export interface JsonApi {
  /** The name of the network. */
  readonly title: string;
  /** What to do when it refuses us: 401 or 403. */
  readonly refused: string;
  /** Milliseconds until it answers again, from an answer with status 429. @default - the header retry-after */
  readonly retryAfterMs?: (answer: HttpAnswer) => number | undefined;
}

/**
 * The JSON value of a good answer.
 * @throws SourceError for 401 and 403, RateLimitedError for 429, TransientError for everything else that is not JSON
 */
export function readJsonAnswer(answer: HttpAnswer, api: JsonApi): unknown {
  const { status, body } = answer;
  if (status === 401 || status === 403) throw new SourceError(`${api.title} refuses us (${status}): ${api.refused}`);
  if (status === 429)
    throw new RateLimitedError(`${api.title} is asked too often`, (api.retryAfterMs ?? retryAfterHeaderMs)(answer));
  if (status < 200 || status > 299) throw new TransientError(`${api.title} answers ${status}`);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new TransientError(`${api.title} answers something that is not JSON`, { cause: error });
  }
}

/** Milliseconds that the header `retry-after` asks for in seconds; undefined without one. */
export function retryAfterHeaderMs({ headers }: HttpAnswer): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
