import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import type { Clock } from '../../../producers/network/network.ts';
import { liveStreams, type LiveStreams } from './live-streams.ts';
import { closeServer, listen } from './loopback.ts';
import { xId } from './x-posts.ts';

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
  /** Sends these chunks, each for itself, and ends: in order, in the middle, or never, with heartbeats or in silence. */
  | {
      readonly kind: 'send';
      readonly chunks: Iterable<Uint8Array>;
      readonly end: 'close' | 'break' | 'alive' | 'silence';
      /** @default identity */
      readonly encoding?: 'gzip';
    };

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
  /** Answers to the next requests that are not for the stream, in place of the usual ones; 0: there is none, ever. */
  readonly failures: { readonly status: number; readonly body: unknown }[];
  /** The queries of the search, in order. */
  readonly searches: URLSearchParams[];
  /** Sends these bytes to whoever is kept alive. */
  say(bytes: Uint8Array): void;
  /** When the stream was connected to, by the clock. */
  readonly connectedAt: number[];
  /** How many posts the search has given out; they are paid for. */
  found(): number;
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

/** The clock that heartbeats and the search go by; the search knows posts half a minute after they were written. */
export type XClock = Pick<Clock, 'now' | 'wait'>;

/** Starts one; without a clock the search knows everything at once, and there are no heartbeats. */
export async function xServer(clock?: XClock): Promise<XServer> {
  const scripts: StreamScript[] = [];
  let busy = 0;
  const api: Api = {
    rules: [],
    searchable: [],
    refused: new Map(),
    failures: [],
    requests: [],
    searches: [],
    pageSize: 2,
    given: 0,
    clock,
  };
  const live = liveStreams();
  let usual: StreamScript = { kind: 'refuse', status: 503 };
  const encodings: (string | undefined)[] = [];
  const connectedAt: number[] = [];
  const alive = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    api.requests.push(`${request.method} ${url.pathname}`);
    encodings.push(request.headers['accept-encoding']?.toString());
    busy += 1;
    response.on('close', () => (busy -= 1));
    if (url.pathname !== '/2/tweets/search/stream') void settle(response, answer(api, request, response, url));
    else void stream(response);
  });
  const stream = async (response: ServerResponse): Promise<void> => {
    connectedAt.push(clock?.now() ?? Number.NaN);
    const script = scripts.shift() ?? usual;
    if (script.kind === 'send' && script.end === 'alive') alive.add(response);
    response.on('close', () => alive.delete(response));
    const isSilent = script.kind === 'live' ? live.open(response) : await play(script, response, clock);
    await settle(response, Promise.resolve(isSilent));
  };
  /** What is silent on purpose is nothing to wait for. */
  const settle = async (response: ServerResponse, silence: Promise<boolean>): Promise<void> => {
    if (!(await silence)) return;
    busy -= 1;
    response.on('close', () => (busy += 1));
  };
  const port = await listen(server);
  return {
    ...api,
    encodings,
    connectedAt,
    url: `http://127.0.0.1:${port}`,
    live,
    found: () => api.given,
    say: (bytes) => alive.forEach((response) => response.write(bytes)),
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
async function play(
  script: Exclude<StreamScript, { kind: 'live' }>,
  response: ServerResponse,
  clock: XClock | undefined,
): Promise<boolean> {
  if (script.kind === 'hang') return true;
  if (script.kind === 'refuse') {
    const isText = typeof script.body === 'string';
    response.writeHead(script.status, { 'content-type': isText ? 'text/html' : 'application/json', ...script.headers });
    response.end(isText ? script.body : JSON.stringify(script.body ?? { title: 'Service Unavailable' }));
    return false;
  }
  const { encoding } = script;
  response.writeHead(200, {
    'content-type': 'application/json',
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  });
  response.flushHeaders();
  for (const chunk of script.chunks) {
    if (response.destroyed) return false;
    if (!response.write(chunk)) await drainedOrClosed(response);
  }
  if (script.end === 'close') response.end();
  // Only when everything is out: what a broken socket still holds would be lost on our side.
  if (script.end === 'break') response.write('', () => setImmediate(() => response.destroy()));
  if (script.end === 'alive' && clock !== undefined) void beat(response, clock);
  return script.end === 'silence' || script.end === 'alive';
}

const HEARTBEAT_MS = 20_000;

async function beat(response: ServerResponse, clock: XClock): Promise<void> {
  const closed = new AbortController();
  response.on('close', () => closed.abort());
  while (!response.destroyed && !closed.signal.aborted) {
    await clock.wait(HEARTBEAT_MS, closed.signal);
    response.write('\r\n');
  }
}

async function drainedOrClosed(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
}

interface Api extends Pick<XServer, 'rules' | 'searchable' | 'refused' | 'failures' | 'searches'> {
  readonly requests: string[];
  readonly clock: XClock | undefined;
  given: number;
  /** Posts in a page of the search. */
  pageSize: number;
}

async function answer(api: Api, request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
  const body: unknown = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
  const failure = api.failures.shift();
  if (failure?.status === 0) return true;
  const { status, value } =
    failure === undefined
      ? usualAnswer(api, request.method ?? '', url, body)
      : { status: failure.status, value: failure.body };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
  return false;
}

function usualAnswer(api: Api, method: string, url: URL, body: unknown): { status: number; value: unknown } {
  if (url.pathname === '/2/tweets/search/recent') return { status: 200, value: searchPage(api, url) };
  if (url.pathname.startsWith('/2/connections/')) return { status: 200, value: { data: { deleted: 1 } } };
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

const LAST_ID = '9223372036854775807';
const SEARCH_LAG_MS = 30_000;

function isIndexed(id: string, clock: XClock | undefined): boolean {
  return clock === undefined || BigInt(id) < BigInt(xId(clock.now() - SEARCH_LAG_MS));
}

/** Newest first, a page after the other, after `since_id` and before `until_id`. */
function searchPage(api: Api, url: URL): unknown {
  const { searchable, clock } = api;
  api.searches.push(url.searchParams);
  const pageSize = Math.min(api.pageSize, Number(url.searchParams.get('max_results') ?? 10));
  const sinceId = BigInt(url.searchParams.get('since_id') ?? 0);
  const untilId = BigInt(url.searchParams.get('until_id') ?? LAST_ID);
  const word = (url.searchParams.get('query') ?? '').replaceAll(/[()]/g, '').split(' ')[0] ?? '';
  const found = searchable.filter(
    (post) =>
      BigInt(post.id) > sinceId && BigInt(post.id) < untilId && isIndexed(post.id, clock) && post.text.includes(word),
  );
  const from = Number(url.searchParams.get('next_token') ?? 0);
  const data = found.slice(from, from + pageSize);
  api.given += data.length;
  return {
    ...(data.length > 0 && { data }),
    meta: { result_count: data.length, ...(from + pageSize < found.length && { next_token: String(from + pageSize) }) },
  };
}
