import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { closeServer, listen } from './loopback.ts';

/** What an answer holds; a value other than a text is sent as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What goes wrong with a request. */
export type Disturbance =
  /** It gets this answer in place of its own. */
  | ({ readonly kind: 'answer' } & Answer)
  /** It gets none, ever. */
  | { readonly kind: 'hang' }
  /** It gets the beginning of its answer, and the connection breaks. */
  | {
      readonly kind: 'cut';
      /** How much of the answer it gets, in [0, 1). @default 0.5 */
      readonly share?: number;
    };

/** A request that the server has got. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** An HTTP server on loopback. */
export interface HttpDouble {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Does these to the next requests for a path, whatever their query; afterwards they get their answers. */
  disturb(pathname: string, ...disturbances: readonly Disturbance[]): void;
  /** Whether nothing is on its way to anybody. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/**
 * Answers a request; undefined where it has taken the response in hand itself, which then counts as meant to be silent.
 */
export type Answering = (url: URL, request: IncomingMessage, response: ServerResponse) => Answer | undefined;

/** Starts one on a free port. */
export async function httpDouble(answering: Answering): Promise<HttpDouble> {
  const asked: Asked[] = [];
  const disturbances = new Map<string, Disturbance[]>();
  const busy = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://double');
    asked.push({ method: request.method ?? '', path: `${url.pathname}${url.search}`, headers: request.headers });
    busy.add(response);
    response.on('close', () => busy.delete(response));
    const disturbance = disturbances.get(url.pathname)?.shift();
    const answer = answerTo(disturbance, () => answering(url, request, response));
    if (answer === undefined) busy.delete(response);
    else send(response, answer, disturbance?.kind === 'cut' ? (disturbance.share ?? 0.5) : 1);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    disturb: (pathname, ...more) => void disturbances.set(pathname, [...(disturbances.get(pathname) ?? []), ...more]),
    isIdle: () => busy.size === 0,
    close: () => closeServer(server),
  };
}

function answerTo(disturbance: Disturbance | undefined, answering: () => Answer | undefined): Answer | undefined {
  if (disturbance?.kind === 'hang') return undefined;
  return disturbance?.kind === 'answer' ? disturbance : answering();
}

function send(response: ServerResponse, { status = 200, headers, body }: Answer, share: number): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.byteLength, ...headers });
  if (share < 1) response.write(bytes.subarray(0, bytes.byteLength * share), () => response.destroy());
  else response.end(bytes);
}
