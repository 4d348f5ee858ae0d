import { Readable } from 'node:stream';
import type { ClientRequest, IncomingMessage } from 'node:http';

import { ETwitterStreamEvent, type TweetStream } from 'twitter-api-v2';
import * as z from 'zod';

import type { ReadContext } from '../../network/network.ts';
import { watchdog, type Watchdog } from '../../network/watchdog.ts';
import { twitterClient } from './client.ts';
import { StreamFailure } from './failure.ts';
import { POST_QUERY } from './fields.ts';

/** X sends something at least every 20 s. */
const SILENCE_MS = 22_000;
const CONNECT_MS = 30_000;
/** Beyond so many posts the connection is not read until they are taken; X keeps some for a while. */
const HIGH_WATER_MARK = 5_000;

/** Stands for a message that is not JSON. */
const UNREADABLE = 'unreadable';

/** A stream of posts that is open. */
export interface PostStream {
  /** Everything that the stream sends, until it ends. @throws StreamFailure when it does */
  messages(): AsyncIterable<unknown>;
  close(): void;
}

/** The fields of the library's stream that it keeps to itself; the version is pinned, and a test holds them. */
interface StreamInternals {
  /** Undefined until X answers. */
  readonly req: ClientRequest | undefined;
  readonly res: IncomingMessage | undefined;
  readonly parser: { push(text: string): void };
}

/**
 * Opens the filtered stream. The library is guarded against what it does to posts at chunk borders, and left without
 * any reconnecting of its own.
 * @throws what `failureOf` sorts; StreamFailure if nothing is answered in half a minute
 */
export async function openPostStream(context: ReadContext): Promise<PostStream> {
  const client = twitterClient(context);
  const stream = client.stream('tweets/search/stream', POST_QUERY);
  const ended = new AbortController();
  const close = (): void => {
    ended.abort();
    stream.destroy();
    client.destroy();
    // The library has taken its listeners away; what still fails is nobody's business.
    const { req, res } = stream as unknown as StreamInternals;
    for (const emitter of [req, res]) emitter?.on('error', () => undefined);
  };
  const queue = messageQueue(stream, context, AbortSignal.any([context.signal, ended.signal]));
  try {
    await withinTime(context, ended.signal, stream.connect({ autoReconnect: false, keepAliveTimeout: 'disable' }));
  } catch (error) {
    close();
    throw error;
  }
  return { messages: () => messagesOf(queue), close };
}

/** The messages of a queue; its failure comes after them. */
async function* messagesOf(queue: MessageQueue) {
  yield* queue.readable;
  throw queue.failure();
}

interface MessageQueue {
  readonly readable: Readable;
  readonly failure: () => StreamFailure;
}

function messageQueue(stream: TweetStream, context: ReadContext, signal: AbortSignal): MessageQueue {
  const internals = stream as unknown as StreamInternals;
  let failure = new StreamFailure({ kind: 'dropped', what: 'X has closed the stream' });
  let dog: Watchdog | undefined;
  const watch = (): void => {
    dog?.end();
    dog = watchdog(context.clock, SILENCE_MS, { signal, onSilence: () => end('X was silent for 22 s') });
  };
  const readable = new Readable({
    objectMode: true,
    highWaterMark: HIGH_WATER_MARK,
    read() {
      if (internals.res === undefined || !internals.res.isPaused()) return;
      watch();
      internals.res.resume();
    },
  });
  let isEnded = false;
  const end = (what: string): void => {
    if (isEnded) return;
    isEnded = true;
    failure = new StreamFailure({ kind: 'dropped', what });
    dog?.end();
    readable.push(null);
  };
  const take = (message: unknown): void => {
    if (isEnded || readable.push(message)) return;
    // Nobody can be heard while nobody listens.
    dog?.end();
    internals.res?.pause();
  };
  guard(stream, internals, { watch, seen: () => dog?.seen(), take, end });
  signal.addEventListener('abort', () => end('Reading was ended'), { once: true });
  return { readable, failure: () => failure };
}

interface Listeners {
  readonly watch: () => void;
  readonly seen: () => void;
  readonly take: (message: unknown) => void;
  readonly end: (what: string) => void;
}

/** Sets the library right, and listens. */
function guard(stream: TweetStream, internals: StreamInternals, { watch, seen, take, end }: Listeners): void {
  stream.on(ETwitterStreamEvent.Connected, () => {
    // Otherwise every chunk is decoded alone, and a character that lies across two is lost.
    internals.res?.setEncoding('utf8');
    internals.res?.on('data', seen);
    watch();
  });
  // A chunk that is only a line end may be that of a post, which the parser has to see.
  stream.on(ETwitterStreamEvent.DataKeepAlive, () => internals.parser.push('\r\n'));
  stream.on(ETwitterStreamEvent.Data, take);
  stream.on(ETwitterStreamEvent.TweetParseError, () => take(UNREADABLE));
  stream.on(ETwitterStreamEvent.DataError, (payload: unknown) => end(disconnectReason(payload)));
  stream.on(ETwitterStreamEvent.ConnectionClosed, () => end('X has closed the stream'));
  stream.on(ETwitterStreamEvent.ConnectionError, () => end('The connection to X broke'));
}

const DisconnectSchema = z.object({
  errors: z.array(z.object({ title: z.string(), disconnect_type: z.string().optional() })).min(1),
});

/** X says why it ends the stream in one of a few words. */
function disconnectReason(payload: unknown): string {
  const [error] = DisconnectSchema.safeParse(payload).data?.errors ?? [];
  const reason = (error?.disconnect_type ?? error?.title ?? 'no reason').slice(0, 40);
  return `X ends the stream (${reason})`;
}

/** The library has no time limit of its own for an answer that never comes. */
async function withinTime<T>({ clock }: ReadContext, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = clock.wait(CONNECT_MS, AbortSignal.any([signal, answered.signal])).then(() => {
    if (answered.signal.aborted) return work;
    throw new StreamFailure({ kind: 'network', what: 'X takes the connection and does not answer' });
  });
  return Promise.race([work, late]).finally(() => {
    answered.abort();
    work.catch(() => undefined);
  });
}
