import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { seededRandom } from '../../producers/sources/generator/random.ts';
import { closeServer, listen } from './networks/loopback.ts';

/** What can happen to a request; `lost` ones reach the server, but its answer reaches nobody. */
const FAULTS = ['throttled', 'unavailable', 'reset', 'lost', 'cut'] as const;
type Fault = (typeof FAULTS)[number];

export interface FaultyProxyOptions {
  /** The server behind it. */
  readonly target: string;
  readonly seed: number;
  /** How many requests meet a fault, in [0, 1]. */
  readonly share: number;
  /** Larger bodies are answered by 413, by their bytes on the wire. @default - none is too large */
  readonly maxBodyBytes?: number;
}

/** A proxy that breaks `_bulk` requests by seeded chance. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** How many requests met what. */
  readonly met: Readonly<Record<Fault | 'tooLarge' | 'passed', number>>;
}

/** Starts one on a free port. */
export async function faultyProxy({
  target,
  seed,
  share,
  maxBodyBytes = Infinity,
}: FaultyProxyOptions): Promise<FaultyProxy> {
  const random = seededRandom(seed);
  const met = { throttled: 0, unavailable: 0, reset: 0, lost: 0, cut: 0, tooLarge: 0, passed: 0 };
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const isBulk = request.url?.includes('_bulk') === true;
      const isTooLarge = isBulk && body.byteLength > maxBodyBytes;
      const what = isTooLarge ? 'tooLarge' : isBulk && random.chance(share) ? random.pick(FAULTS) : 'passed';
      met[what]++;
      return serve(what, { target, request, body, response });
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, met, [Symbol.asyncDispose]: () => closeServer(server) };
}

interface Exchange {
  readonly target: string;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

async function serve(what: Fault | 'tooLarge' | 'passed', exchange: Exchange): Promise<void> {
  const { response } = exchange;
  if (what === 'tooLarge') return answer(response, 413, '');
  if (what === 'unavailable') return answer(response, 503, '<html>Service Unavailable</html>');
  if (what === 'throttled')
    return answer(response, 429, '{"error":{"type":"rejected_execution_exception"},"status":429}');
  if (what === 'reset') return void response.destroy();
  const upstream = await forward(exchange).catch(() => undefined);
  if (upstream === undefined || what === 'lost') return void response.destroy();
  const { status, headers, body } = upstream;
  response.writeHead(status, { ...headers, 'content-length': body.byteLength });
  if (what === 'cut') response.write(body.subarray(0, body.byteLength / 2), () => response.destroy());
  else response.end(body);
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' }).end(body);
}

async function forward({ target, request, body }: Exchange) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, url, headers } = request;
  httpRequest(new URL(url ?? '', target), { ...(method && { method }), headers }, resolve)
    .on('error', reject)
    .end(body);
  const answered = await promise;
  const { 'transfer-encoding': _, ...rest } = answered.headers;
  return { status: answered.statusCode ?? 502, headers: rest, body: await buffer(answered) };
}
