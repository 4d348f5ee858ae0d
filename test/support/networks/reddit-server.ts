import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { answerListing, type RedditThing } from './reddit-listings.ts';
import { closeServer, listen } from './loopback.ts';

/** What a Reddit server does with the next request for data, or for a token. */
export type Script =
  | { readonly kind: 'serve' }
  /** Answers with a status, a body that need not be JSON, and headers. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly headers?: Headers }
  /** Sends the beginning of the answer, half of it unless told, and breaks the connection. */
  | { readonly kind: 'cut'; readonly share?: number }
  /** Breaks the connection without an answer. */
  | { readonly kind: 'kill' }
  /** Never answers. */
  | { readonly kind: 'hang' };
type Headers = Readonly<Record<string, string>>;

/** A request as it came. */
export interface SeenRequest {
  /** Path and query. */
  readonly path: string;
  readonly atMs: number;
  readonly userAgent: string | undefined;
}

export interface RedditServerOptions {
  readonly now: () => number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long a token holds, in seconds. @default 3,600 */
  readonly tokenLifeS?: number;
}

/** A Reddit server on loopback: API and tokens at the same address. */
export interface RedditServer {
  readonly url: string;
  /** Requests for data, and for tokens. */
  readonly requests: readonly SeenRequest[];
  readonly tokenRequests: readonly SeenRequest[];
  /** What there is, in any order; may be changed. */
  readonly things: Map<string, RedditThing>;
  /** Subreddits that cannot be read: the status and body of the answer. */
  readonly closed: Map<string, { readonly status: number; readonly body: string }>;
  /** Sent with every answer of the API. */
  rateHeaders: () => Headers;
  /** Does these with the next requests for data; afterwards it serves. */
  plan(...scripts: readonly Script[]): void;
  /** The same for tokens. */
  planTokens(...scripts: readonly Script[]): void;
  /** Tokens that were given hold no longer. */
  revoke(): void;
  /** Whether nothing is on its way to anybody. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/** Starts one. */
export async function redditServer({
  now,
  clientId,
  clientSecret,
  tokenLifeS = 3_600,
}: RedditServerOptions): Promise<RedditServer> {
  const requests: SeenRequest[] = [];
  const tokenRequests: SeenRequest[] = [];
  const [scripts, tokenScripts]: [Script[], Script[]] = [[], []];
  const tokens = new Map<string, number>();
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const state = { open: 0, given: 0 };

  const giveToken = (request: IncomingMessage, body: string): Answer => {
    if (request.headers.authorization !== basic) return json(401, { message: 'Unauthorized', error: 401 });
    const grant = new URLSearchParams(body).get('grant_type');
    if (request.method !== 'POST' || grant !== 'client_credentials')
      return json(200, { error: 'unsupported_grant_type' });
    const token = `T${(state.given += 1)}`;
    tokens.set(token, now() + tokenLifeS * 1_000);
    return json(200, { access_token: token, token_type: 'bearer', expires_in: tokenLifeS, scope: '*' });
  };
  const giveData = (request: IncomingMessage): Answer => {
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if ((tokens.get(token) ?? 0) <= now()) return json(401, { message: 'Unauthorized', error: 401 });
    return answerListing(new URL(request.url ?? '', 'http://x'), server.things, server.closed);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const isToken = request.url?.startsWith('/api/v1/access_token') === true;
    const seen = { path: request.url ?? '', atMs: now(), userAgent: request.headers['user-agent'] };
    (isToken ? tokenRequests : requests).push(seen);
    const script = (isToken ? tokenScripts : scripts).shift() ?? { kind: 'serve' };
    const answer = isToken ? giveToken(request, body) : giveData(request);
    perform(script, response, { ...answer, headers: isToken ? {} : server.rateHeaders() });
  };

  const http = createServer((request, response) => {
    state.open += 1;
    response.on('close', () => (state.open -= 1));
    void handle(request, response);
  });
  const port = await listen(http);
  const server: RedditServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    tokenRequests,
    things: new Map(),
    closed: new Map(),
    rateHeaders: () => ({}),
    plan: (...more) => void scripts.push(...more),
    planTokens: (...more) => void tokenScripts.push(...more),
    revoke: () => tokens.clear(),
    isIdle: () => state.open === 0,
    close: () => closeServer(http),
  };
  return server;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Headers;
}

function json(status: number, body: object): Answer {
  return { status, body: JSON.stringify(body) };
}

function perform(script: Script, response: ServerResponse, answer: Answer): void {
  if (script.kind === 'hang') return;
  if (script.kind === 'kill') {
    response.socket?.destroy();
    return;
  }
  if (script.kind === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.body.length });
    response.write(answer.body.slice(0, answer.body.length * (script.share ?? 0.5)), () => response.socket?.destroy());
    return;
  }
  const { status, body, headers } = script.kind === 'answer' ? script : answer;
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
