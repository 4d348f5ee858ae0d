import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

import { closeServer, listen } from './loopback.ts';

/** What a Jetstream server does with the next connection. */
export type Script =
  /** Sends the events from the cursor on, and goes on as they come. */
  | { readonly kind: 'serve' }
  /** Sends so many of them and breaks the connection. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Accepts, and says nothing ever. */
  | { readonly kind: 'hang' }
  /** Answers the handshake with a status and a body. */
  | { readonly kind: 'refuse'; readonly status: number; readonly body: string };

/** A Jetstream server on loopback. */
export interface JetstreamServer {
  readonly url: string;
  /** The cursors that were asked for, connection by connection; undefined where none was. */
  readonly cursors: readonly (number | undefined)[];
  /** When each of them was asked for. */
  readonly connectedMs: readonly number[];
  /** Does these with the next connections; afterwards it serves. */
  plan(...scripts: readonly Script[]): void;
  /** Adds an event, or a text that is none, and sends it to whoever is connected. */
  add(...frames: readonly (object | string)[]): void;
  /** Adds an event, sends so many bytes of it to whoever is connected, and breaks their connections. */
  cut(frame: object, bytes: number): void;
  /** Whether nothing is on its way to anybody. */
  isIdle(): boolean;
  close(): Promise<void>;
}

/** Starts one. Its cursor is inclusive; an event is found by `time_us`. @param now epoch milliseconds */
export async function jetstreamServer(now: () => number = Date.now): Promise<JetstreamServer> {
  const frames: (object | string)[] = [];
  const cursors: (number | undefined)[] = [];
  const connectedMs: number[] = [];
  const scripts: Script[] = [];
  const serving = new Map<WebSocket, Duplex>();
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const welcome = (client: WebSocket, wire: Duplex, cursor: string | null, script: Script): void => {
    if (script.kind === 'hang') return;
    serving.set(client, wire);
    client.on('close', () => serving.delete(client));
    // Without a cursor, only what comes from now on.
    const old = cursor === null ? [] : frames.filter((frame) => timeOf(frame) >= Number(cursor));
    for (const frame of script.kind === 'cut' ? old.slice(0, script.after) : old) send(client, frame);
    if (script.kind === 'cut') client.close();
  };
  http.on('upgrade', (request, socket, head) => {
    const cursor = new URL(request.url ?? '', 'http://x').searchParams.get('cursor');
    connectedMs.push(now());
    cursors.push(cursor === null ? undefined : Number(cursor));
    const script = scripts.shift() ?? { kind: 'serve' };
    if (script.kind === 'refuse') socket.end(refusal(script));
    else sockets.handleUpgrade(request, socket, head, (client) => welcome(client, socket, cursor, script));
  });
  const port = await listen(http);
  return {
    url: `ws://127.0.0.1:${port}`,
    cursors,
    connectedMs,
    plan: (...more) => void scripts.push(...more),
    add(...more) {
      frames.push(...more);
      for (const client of serving.keys()) for (const frame of more) send(client, frame);
    },
    cut(frame, bytes) {
      frames.push(frame);
      const part = textFrame(JSON.stringify(frame)).subarray(0, bytes);
      for (const wire of serving.values()) wire.write(part, () => wire.destroy());
    },
    isIdle: () => serving.size === 0,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await closeServer(http);
    },
  };
}

function refusal({ status, body }: Extract<Script, { kind: 'refuse' }>): string {
  return `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

function send(client: WebSocket, frame: object | string): void {
  client.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
}

/** As a server writes it on the wire (https://datatracker.ietf.org/doc/html/rfc6455#section-5.2). */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const size = payload.byteLength;
  return Buffer.concat([Buffer.from(size < 126 ? [0x81, size] : [0x81, 126, size >> 8, size & 0xff]), payload]);
}

function timeOf(frame: object | string): number {
  return typeof frame === 'string' ? Infinity : Number(Reflect.get(frame, 'time_us') ?? Infinity);
}
