import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { httpDouble } from '../../support/networks/http-double.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as they were written. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  /** As it was sent: compressed. */
  readonly body: Buffer;
  readonly text: string;
}

/** How a server answers on the wire. */
export type Reply = (response: ServerResponse, request: WireRequest) => void;

export interface WireServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly WireRequest[];
}

/** A server that keeps what it gets, and answers by hand. */
export async function wireServer(reply: Reply): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const keep = async (request: IncomingMessage): Promise<WireRequest> => {
    const kept = await readRequest(request);
    requests.push(kept);
    return kept;
  };
  const server = await httpDouble((_, request, response) => {
    void keep(request).then((kept) => reply(response, kept));
    return undefined;
  });
  return { url: server.url, requests, [Symbol.asyncDispose]: () => server.close() };
}

/** Answers with a body of a type. */
export function replyWith(status: number, body: unknown, type = 'application/json'): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const body = await buffer(request);
  const { method = '', url = '', headers } = request;
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  return { method, target: url, headers, body, text };
}
