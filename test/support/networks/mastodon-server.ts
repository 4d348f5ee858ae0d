import type { ServerResponse } from 'node:http';

import { httpDouble, type Answer, type HttpDouble } from './http-double.ts';

const TOKEN = 'token';

/** What the next stream does in place of serving. */
export type StreamScript =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  /** Accepts the request, and says nothing ever. */
  | { readonly kind: 'hang' };

/** A status as the double keeps it. */
export interface ServedStatus {
  readonly id: string;
  readonly tags?: readonly { readonly name: string }[];
}

/** A server of Mastodon on loopback: timelines with `min_id`, and the public stream for whoever has the token. */
export interface MastodonServer extends HttpDouble {
  /** Adds statuses to the timelines, and sends them to every stream. */
  add(...statuses: readonly ServedStatus[]): void;
  /** Adds them to the timelines alone. */
  addUnsent(...statuses: readonly ServedStatus[]): void;
  /** Sends an event to every stream. */
  send(event: string, data: string): void;
  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void;
  /** Breaks every stream, when these bytes have been sent. */
  breakStreams(last?: Uint8Array): void;
  /** Ends every stream in good order. */
  endStreams(): void;
  /** Does these with the next streams; afterwards it serves. */
  planStreams(...scripts: readonly StreamScript[]): void;
  /** Headers of every timeline from now on. */
  setHeaders(headers: Readonly<Record<string, string>>): void;
  /** What the server says of the address of its streams. */
  setStreaming(address: string | undefined): void;
  readonly openStreams: () => number;
}

/** Starts one without statuses. */
export async function mastodonServer(): Promise<MastodonServer> {
  const statuses: ServedStatus[] = [];
  const streams = new Set<ServerResponse>();
  const scripts: StreamScript[] = [];
  let headers: Readonly<Record<string, string>> = {};
  let streaming: string | undefined;
  const double = await httpDouble((url, request, response) => {
    if (url.pathname === '/api/v2/instance')
      return streaming === undefined ? { status: 404, body: {} } : { body: instance(streaming) };
    if (url.pathname.startsWith('/api/v1/timelines/')) return { headers, body: pageOf(statuses, url) };
    if (!/^\/api\/v1\/streaming\/public(\/local)?$/.test(url.pathname)) return { status: 404, body: {} };
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return { status: 401, body: { error: 'Missing access token' } };
    return openStream(response, streams, scripts.shift());
  });
  streaming = double.url.replace('http', 'ws');
  const toAll = (bytes: string | Uint8Array): void => {
    for (const stream of streams) stream.write(bytes);
  };
  const send = (event: string, data: string): void => toAll(`event: ${event}\ndata: ${data}\n\n`);
  return {
    ...double,
    add(...more) {
      statuses.push(...more);
      for (const status of more) send('update', JSON.stringify(status));
    },
    addUnsent: (...more) => void statuses.push(...more),
    send,
    sendBytes: toAll,
    breakStreams: (last) => streams.forEach((stream) => breakAfter(stream, last)),
    endStreams: () => streams.forEach((stream) => stream.end()),
    planStreams: (...more) => void scripts.push(...more),
    setHeaders: (more) => void (headers = more),
    setStreaming: (address) => void (streaming = address),
    openStreams: () => streams.size,
  };
}

function breakAfter(stream: ServerResponse, last: Uint8Array | undefined): void {
  if (last === undefined) stream.destroy();
  else stream.write(last, () => stream.destroy());
}

function instance(streaming: string): object {
  return { domain: 'h.x', configuration: { urls: { streaming } } };
}

function openStream(
  response: ServerResponse,
  streams: Set<ServerResponse>,
  script: StreamScript | undefined,
): Answer | undefined {
  if (script?.kind === 'answer') return script;
  if (script?.kind === 'hang') return undefined;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(':)\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
  return undefined;
}

/** The page that comes next after `min_id`, or the last one; newest first. */
function pageOf(statuses: readonly ServedStatus[], { pathname, searchParams }: URL): ServedStatus[] {
  const tag = /\/tag\/(.+)$/.exec(decodeURIComponent(pathname))?.[1];
  const minId = searchParams.get('min_id');
  const limit = Number(searchParams.get('limit') ?? 20);
  const found = statuses
    .filter(({ tags = [] }) => tag === undefined || tags.some(({ name }) => name === tag))
    .filter(({ id }) => minId === null || BigInt(id) > BigInt(minId))
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  return (minId === null ? found.slice(-limit) : found.slice(0, limit)).toReversed();
}
