import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { closeServer, listen } from './loopback.ts';

/** What a server of EventStreams does with the next connection. */
export type Script =
  /** Sends the events from the place on, and goes on as they come; in chunks of so many bytes. */
  | { readonly kind: 'serve'; readonly chunkBytes?: number }
  /** Sends so many of them, so many bytes of the next one, and breaks the connection. */
  | { readonly kind: 'cut'; readonly after: number; readonly bytes?: number }
  /** Sends so many of them and ends the answer properly. */
  | { readonly kind: 'end'; readonly after: number }
  /** Sends so many of them and then an event that is an error. */
  | { readonly kind: 'error'; readonly after: number }
  /** Sends so many of them, and nothing more ever. */
  | { readonly kind: 'hang'; readonly after?: number }
  /** Takes the request, and does not answer it. */
  | { readonly kind: 'mute' }
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

type Talk = Exclude<Script, { kind: 'mute' } | { kind: 'refuse' }>;

/** A change as Kafka keeps it. */
export interface StoredChange {
  /** @default eqiad.mediawiki.recentchange */
  readonly topic?: string;
  readonly timestamp: number;
  /** What stands behind `data: `. */
  readonly data: string;
}

/** A request as it came. */
export interface Asked {
  readonly path: string;
  readonly lastEventId: string | undefined;
  readonly agent: string | undefined;
}

/** A server like that of Wikimedia (https://github.com/wikimedia/KafkaSSE) on loopback. */
export interface EventStreamServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Does these with the next connections; afterwards it serves. */
  plan(...scripts: readonly Script[]): void;
  /** Adds changes and sends them to whoever is connected. */
  add(...changes: readonly StoredChange[]): void;
  /** Adds a change, sends so many bytes of it to whoever is connected, and breaks their connections. */
  cut(change: StoredChange, bytes: number): void;
  /** Whether nothing is on its way to anybody. */
  isIdle(): boolean;
  close(): Promise<void>;
}

const TOPICS = ['eqiad.mediawiki.recentchange', 'codfw.mediawiki.recentchange'] as const;

/** Starts one. Its ids hold the time after that of the event, and a topic without events stands at the present. */
export async function eventStreamServer(): Promise<EventStreamServer> {
  const log: StoredChange[] = [];
  const asked: Asked[] = [];
  const scripts: Script[] = [];
  const talking = new Map<
    ServerResponse,
    { toBlock: (change: StoredChange) => Buffer; chunkBytes: number | undefined }
  >();
  const http = createServer((request, response) => {
    const { url: path = '', headers } = request;
    asked.push({ path, lastEventId: text(headers['last-event-id']), agent: headers['user-agent'] });
    const script = scripts.shift() ?? { kind: 'serve' };
    if (script.kind === 'mute') return;
    const positions = positionsFor(request);
    if (script.kind === 'refuse') response.writeHead(script.status, script.headers).end(script.body);
    else if (positions === undefined) response.writeHead(400).end('bad Last-Event-ID');
    else serve(script, response, positions);
  });
  const serve = (script: Talk, response: ServerResponse, positions: Positions): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(':ok\n\n');
    const places = new Map<string, object>(TOPICS.map((topic) => [topic, { topic, partition: 0, offset: -1 }]));
    const blocks = from(log, positions).map((change) => blockOf(change, places));
    perform(script, response, blocks);
    if (script.kind !== 'serve') return;
    talking.set(response, { toBlock: (change) => blockOf(change, places), chunkBytes: script.chunkBytes });
    response.on('close', () => talking.delete(response));
  };
  const port = await listen(http);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    plan: (...more) => void scripts.push(...more),
    add(...changes) {
      log.push(...changes);
      for (const [response, { toBlock, chunkBytes }] of talking)
        for (const change of changes) write(response, toBlock(change), chunkBytes);
    },
    cut(change, bytes) {
      log.push(change);
      for (const [response, { toBlock }] of talking) breakOff(response, toBlock(change).subarray(0, bytes));
    },
    isIdle: () => talking.size === 0,
    close: () => closeServer(http),
  };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join() : header;
}

type Position = { readonly offset?: number; readonly timestamp?: number };
type Positions = ReadonlyMap<string, Position>;

/** Where each topic begins; undefined for a header that is none. Without one, now. */
function positionsFor({ url = '', headers }: IncomingMessage): Positions | undefined {
  const id = text(headers['last-event-id']);
  const since = new URL(url, 'http://x').searchParams.get('since');
  if (id === undefined) {
    const position = since === null ? { offset: -1 } : { timestamp: Date.parse(since) };
    return new Map(TOPICS.map((topic) => [topic, position]));
  }
  try {
    const entries = JSON.parse(id) as (Position & { topic: string })[];
    return new Map(entries.map((entry) => [entry.topic, entry]));
  } catch {
    return undefined;
  }
}

/** Per topic from the first event that is as new as asked on, in the order of storing. */
function from(log: readonly StoredChange[], positions: Positions): StoredChange[] {
  const begun = new Set<string>();
  return log.filter((change) => {
    const { topic = TOPICS[0], timestamp } = change;
    if (timestamp >= (positions.get(topic)?.timestamp ?? Infinity)) begun.add(topic);
    return begun.has(topic);
  });
}

function blockOf({ topic = TOPICS[0], timestamp, data }: StoredChange, places: Map<string, object>): Buffer {
  places.set(topic, { topic, partition: 0, timestamp: timestamp + 1 });
  return Buffer.from(`event: message\nid: ${JSON.stringify([...places.values()])}\ndata: ${data}\n\n`);
}

function perform(script: Talk, response: ServerResponse, blocks: readonly Buffer[]): void {
  if (script.kind === 'serve') for (const block of blocks) write(response, block, script.chunkBytes);
  if (script.kind === 'serve') return;
  const { after = 0 } = script;
  for (const block of blocks.slice(0, after)) write(response, block);
  if (script.kind === 'end') response.end();
  if (script.kind === 'error') response.end('event: error\nid: []\ndata: {"message":"broker is gone"}\n\n');
  if (script.kind !== 'cut') return;
  breakOff(response, blocks[after]?.subarray(0, script.bytes ?? 0));
}

function breakOff(response: ServerResponse, part: Buffer | undefined): void {
  // Destroyed at once, the connection would take with it what is still to be sent.
  response.write(part?.length ? part : ':\n', () => response.socket?.destroySoon());
}

function write(response: ServerResponse, block: Buffer, chunkBytes = block.length): void {
  for (let at = 0; at < block.length; at += chunkBytes) response.write(block.subarray(at, at + chunkBytes));
}
