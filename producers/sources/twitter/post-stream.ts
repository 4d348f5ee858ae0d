import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { ETwitterStreamEvent, type TweetStream } from 'twitter-api-v2';
import * as z from 'zod';

import type { ReadContext } from '../../network/network.ts';
import { watchdog, type Watchdog } from '../../network/watchdog.ts';
import type { PostBudget } from './budget.ts';
import { twitterClient } from './client.ts';
import { StreamFailure } from './failure.ts';
import { POST_QUERY } from './fields.ts';

/** X sends something at least every 20 s. */
const SILENCE_MS = 22_000;
/** Beyond so many posts the connection is not read until they are taken; X keeps some for a while. */
const HIGH_WATER_MARK = 5_000;
/** Stands for a message that is not JSON. */
const UNREADABLE = 'unreadable';

/** A stream of posts that is open. */
export interface PostStream {
  /**
   * Everything that the stream sends and that is added, until it ends; without an error where the budget is spent.
   * @throws StreamFailure when it ends otherwise, or what it was ended with
   */
  messages(): AsyncIterable<unknown>;
  /** Puts a message behind those that have come. */
  add(message: unknown): void;
  /** Ends it, after what has come. */
  end(error: Error): void;
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
 * any reconnecting of its own. What arrives is counted at once, as it is paid for; nothing is read while the budget is
 * written down.
 * @throws what `failureOf` sorts; StreamFailure if nothing is answered in half a minute
 */
export async function openPostStream(context: ReadContext, budget: PostBudget): Promise<PostStream> {
  const client = twitterClient(context);
  const stream = client.stream('tweets/search/stream', POST_QUERY);
  const internals = stream as unknown as StreamInternals;
  const ended = new AbortController();
  const queue = messageQueue(stream, internals, {
    context,
    budget,
    signal: AbortSignal.any([context.signal, ended.signal]),
  });
  const close = (): void => {
    ended.abort();
    stream.destroy();
    client.destroy();
    // The library has taken its listeners away; what still fails is nobody's business.
    for (const emitter of [internals.req, internals.res]) emitter?.on('error', () => undefined);
  };
  try {
    await client.connect(stream);
  } catch (error) {
    close();
    throw error;
  }
  return { messages: () => messagesOf(queue), add: queue.add, end: queue.end, close };
}

/** The messages of a queue; its failure comes after them. */
async function* messagesOf({ readable, failure }: MessageQueue) {
  yield* readable;
  const error = failure();
  if (error !== undefined) throw error;
}

interface MessageQueue {
  readonly readable: Readable;
  readonly add: (message: unknown) => void;
  readonly end: (error: Error | undefined) => void;
  readonly failure: () => Error | undefined;
}

interface QueueDeps {
  readonly context: ReadContext;
  readonly budget: PostBudget;
  readonly signal: AbortSignal;
}

function messageQueue(
  stream: TweetStream,
  internals: StreamInternals,
  { context, budget, signal }: QueueDeps,
): MessageQueue {
  const flow = heldFlow(internals, context, { signal, onSilence: () => end(dropped('X was silent for 22 s')) });
  const readable = new Readable({ objectMode: true, highWaterMark: HIGH_WATER_MARK, read: () => flow.release('full') });
  let failure: Error | undefined;
  let isEnded = false;
  const end = (error: Error | undefined): void => {
    if (isEnded) return;
    isEnded = true;
    failure = error;
    flow.hold('ended');
    readable.push(null);
  };
  const add = (message: unknown): void => {
    if (!isEnded && !readable.push(message)) flow.hold('full');
  };
  const take = (message: unknown): void => {
    budget.arrived();
    add(message);
    // What came in the same chunk is paid for as well, and comes first.
    if (budget.left() <= 0 && flow.hold('ended')) queueMicrotask(() => end(undefined));
    else if (budget.isDue() && flow.hold('reserving'))
      budget.reserve().then(
        () => flow.release('reserving'),
        (error: unknown) => end(error instanceof Error ? error : dropped('The budget cannot be written down')),
      );
  };
  listen(stream, internals, { start: () => flow.watch(), seen: () => flow.seen(), take, end });
  signal.addEventListener('abort', () => end(dropped('Reading was ended')), { once: true });
  return { readable, add, end, failure: () => failure };
}

type Reason = 'full' | 'reserving' | 'ended';

interface Flow {
  /** Stops reading for a reason; false if it is stopped for that already. */
  hold(reason: Reason): boolean;
  /** Goes on once nothing stops it any more. */
  release(reason: Reason): void;
  /** Something is expected from now on. */
  watch(): void;
  seen(): void;
}

/** Reads the connection while nothing speaks against it; nobody can be heard while nobody listens. */
function heldFlow(
  internals: StreamInternals,
  { clock }: ReadContext,
  options: { readonly signal: AbortSignal; readonly onSilence: () => void },
): Flow {
  const reasons = new Set<Reason>();
  let dog: Watchdog | undefined;
  const watch = (): void => {
    dog?.end();
    dog = watchdog(clock, SILENCE_MS, options);
  };
  return {
    hold(reason) {
      if (reasons.has(reason)) return false;
      reasons.add(reason);
      dog?.end();
      internals.res?.pause();
      return true;
    },
    release(reason) {
      if (!reasons.delete(reason) || reasons.size > 0) return;
      watch();
      internals.res?.resume();
    },
    watch,
    seen: () => dog?.seen(),
  };
}

interface Listeners {
  readonly start: () => void;
  readonly seen: () => void;
  readonly take: (message: unknown) => void;
  readonly end: (error: Error) => void;
}

/** Sets the library right, and listens. */
function listen(stream: TweetStream, internals: StreamInternals, { start, seen, take, end }: Listeners): void {
  stream.on(ETwitterStreamEvent.Connected, () => {
    // Otherwise every chunk is decoded alone, and a character that lies across two is lost.
    internals.res?.setEncoding('utf8');
    internals.res?.on('data', seen);
    start();
  });
  // A chunk that is only a line end may be that of a post, which the parser has to see.
  stream.on(ETwitterStreamEvent.DataKeepAlive, () => internals.parser.push('\r\n'));
  stream.on(ETwitterStreamEvent.Data, take);
  stream.on(ETwitterStreamEvent.TweetParseError, () => take(UNREADABLE));
  stream.on(ETwitterStreamEvent.DataError, (payload: unknown) => end(dropped(disconnectReason(payload))));
  stream.on(ETwitterStreamEvent.ConnectionClosed, () => end(dropped('X has closed the stream')));
  stream.on(ETwitterStreamEvent.ConnectionError, () => end(dropped('The connection to X broke')));
}

function dropped(what: string): StreamFailure {
  return new StreamFailure({ kind: 'dropped', what });
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
