import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

import { httpDouble, type HttpDouble } from '../../support/networks/http-double.ts';

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
  const server: HttpDouble = await httpDouble((_, request, response) => {
    void readAll(request).then((body) => {
      const wire = {
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.headers,
        body,
        text: (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString(),
      };
      requests.push(wire);
      reply(response, wire);
    });
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

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
