import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { liveStreams, type LiveStreams } from './live-streams.ts';
import { closeServer, listen } from './loopback.ts';

/** What X does with a connection to its stream. */
export type StreamScript =
  /** Answers with a status, and a JSON body unless it is a text. */
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** Takes the connection and does not answer. */
  | { readonly kind: 'hang' }
  /** Sends posts as they are added. */
  | { readonly kind: 'live' }
  /** Sends these chunks, each for itself, and ends: in order, in the middle, or never. */
  | { readonly kind: 'send'; readonly chunks: Iterable<Uint8Array>; readonly end: 'close' | 'break' | 'silence' };

export interface XRule {
  readonly id: string;
  readonly value: string;
  readonly tag?: string;
}

/** A server of X on loopback. */
export interface XServer {
  readonly url: string;
  /** Every request, as `GET /2/…`. */
  readonly requests: readonly string[];
  /** The header `accept-encoding` of every request; undefined where there was none. */
  readonly encodings: readonly (string | undefined)[];
  /** The rules that are there. */
  readonly rules: XRule[];
  /** Posts that the search knows, newest first. */
  readonly searchable: { readonly id: string; readonly text: string }[];
  /** Rules that X does not like, by value. */
  readonly refused: Map<string, string>;
  /** Answers to the next requests that are not for the stream, in place of the usual ones. */
  readonly failures: { readonly status: number; readonly body: unknown }[];
  /** Does these with the next connections to the stream; then it refuses with 503, unless it serves live. */
  plan(...scripts: readonly StreamScript[]): void;
  /** From now on connections are live unless something else is planned, and a page of the search is full of posts. */
  serveLive(): void;
  /** The connections that are live. */
  readonly live: LiveStreams;
  /** Whether nothing is on its way to anybody. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/** Starts one. */
export async function xServer(): Promise<XServer> {
  const scripts: StreamScript[] = [];
  let busy = 0;
  const api: Api = { rules: [], searchable: [], refused: new Map(), failures: [], requests: [], pageSize: 2 };
  const live = liveStreams();
  let usual: StreamScript = { kind: 'refuse', status: 503 };
  const encodings: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    api.requests.push(`${request.method} ${url.pathname}`);
    encodings.push(request.headers['accept-encoding']?.toString());
    busy += 1;
    response.on('close', () => (busy -= 1));
    if (url.pathname !== '/2/tweets/search/stream') void answer(api, request, response, url);
    else void stream(response);
  });
  const stream = async (response: ServerResponse): Promise<void> => {
    const script = scripts.shift() ?? usual;
    const isSilent = script.kind === 'live' ? live.open(response) : await play(script, response);
    if (!isSilent) return;
    busy -= 1;
    response.on('close', () => (busy += 1));
  };
  const port = await listen(server);
  return {
    ...api,
    encodings,
    url: `http://127.0.0.1:${port}`,
    live,
    plan: (...more) => void scripts.push(...more),
    serveLive() {
      usual = { kind: 'live' };
      api.pageSize = 100;
    },
    isIdle: () => busy === 0,
    async close() {
      live.end();
      await closeServer(server);
    },
  };
}

/** Plays a script; true if it ends in silence. */
async function play(script: Exclude<StreamScript, { kind: 'live' }>, response: ServerResponse): Promise<boolean> {
  if (script.kind === 'hang') return true;
  if (script.kind === 'refuse') {
    const isText = typeof script.body === 'string';
    response.writeHead(script.status, { 'content-type': isText ? 'text/html' : 'application/json', ...script.headers });
    response.end(isText ? script.body : JSON.stringify(script.body ?? { title: 'Service Unavailable' }));
    return false;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const chunk of script.chunks) {
    if (response.destroyed) return false;
    if (!response.write(chunk)) await drainedOrClosed(response);
  }
  if (script.end === 'close') response.end();
  // Only when everything is out: what a broken socket still holds would be lost on our side.
  if (script.end === 'break') response.write('', () => setImmediate(() => response.destroy()));
  return script.end === 'silence';
}

async function drainedOrClosed(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
}

interface Api extends Pick<XServer, 'rules' | 'searchable' | 'refused' | 'failures'> {
  readonly requests: string[];
  /** Posts in a page of the search. */
  pageSize: number;
}

async function answer(api: Api, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const body: unknown = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
  const failure = api.failures.shift();
  const { status, value } =
    failure === undefined
      ? usualAnswer(api, request.method ?? '', url, body)
      : { status: failure.status, value: failure.body };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function usualAnswer(api: Api, method: string, url: URL, body: unknown): { status: number; value: unknown } {
  if (url.pathname === '/2/tweets/search/recent') return { status: 200, value: searchPage(api, url) };
  if (url.pathname === '/2/connections/all') return { status: 200, value: { data: { deleted: 1 } } };
  if (method === 'GET') return { status: 200, value: rulesPage(api.rules, url) };
  const { add, delete: gone } = body as { add?: Omit<XRule, 'id'>[]; delete?: { ids: string[] } };
  if (gone !== undefined) {
    const left = api.rules.filter(({ id }) => !gone.ids.includes(id));
    api.rules.splice(0, api.rules.length, ...left);
    return { status: 200, value: { meta: { summary: { deleted: gone.ids.length } } } };
  }
  return addRules(api, add ?? [], url.searchParams.get('dry_run') === 'true');
}

/** X gives the rules in pages, and leaves `data` out where there are none. */
function rulesPage(rules: readonly XRule[], url: URL): unknown {
  const from = Number(url.searchParams.get('pagination_token') ?? 0);
  const data = rules.slice(from, from + 3);
  const next = from + 3 < rules.length ? { next_token: String(from + 3) } : {};
  return { ...(data.length > 0 && { data }), meta: { sent: '2026-11-20T10:30:00.000Z', ...next } };
}

function addRules(api: Api, rules: readonly Omit<XRule, 'id'>[], isDry: boolean): { status: number; value: unknown } {
  const bad = rules.find(({ value }) => api.refused.has(value));
  if (bad !== undefined) {
    const details = [api.refused.get(bad.value)];
    return {
      status: 400,
      value: { title: 'Invalid Request', errors: [{ value: bad.value, details, title: 'UnprocessableEntity' }] },
    };
  }
  const isThere = ({ value }: Omit<XRule, 'id'>): boolean => api.rules.some((rule) => rule.value === value);
  const errors = rules.filter(isThere).map(({ value }) => ({ value, id: '1', title: 'DuplicateRule' }));
  const created = rules.filter((rule) => !isThere(rule)).map((rule, i) => ({ ...rule, id: `${Date.now()}${i}` }));
  if (!isDry) api.rules.push(...created);
  return { status: 201, value: { data: created, ...(errors.length > 0 && { errors }) } };
}

/** Newest first, a page after the other, after `since_id`. */
function searchPage({ searchable, pageSize }: Api, url: URL): unknown {
  const sinceId = BigInt(url.searchParams.get('since_id') ?? 0);
  const word = (url.searchParams.get('query') ?? '').replaceAll(/[()]/g, '').split(' ')[0] ?? '';
  const found = searchable.filter((post) => BigInt(post.id) > sinceId && post.text.includes(word));
  const from = Number(url.searchParams.get('next_token') ?? 0);
  const data = found.slice(from, from + pageSize);
  return {
    ...(data.length > 0 && { data }),
    meta: { result_count: data.length, ...(from + pageSize < found.length && { next_token: String(from + pageSize) }) },
  };
}
