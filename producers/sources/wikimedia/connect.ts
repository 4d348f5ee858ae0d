import type { EventSourceMessage } from 'eventsource-parser/stream';

import { openEventStream } from '../../network/event-stream.ts';
import { type HttpAnswer, RateLimitedError, reasonOf, retryAfterHeaderMs, TransientError } from '../../network/http.ts';

/** The connection ended in the middle of the stream, as each does after about a quarter of an hour. */
export class BrokenStreamError extends TransientError {}

/** The server does not know the place to go on from. */
export class PlaceRefusedError extends TransientError {}

export interface ConnectOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told of everything that comes, also of what has no content. */
  readonly onAlive: () => void;
}

/** The longest event takes a few MB. */
const MAX_EVENT_CHARACTERS = 64 * 1024 * 1024;

/**
 * The events of a stream, until the signal is aborted.
 * @throws PlaceRefusedError, RateLimitedError or TransientError where the server refuses, BrokenStreamError at the end
 */
export async function* connectEvents(options: ConnectOptions): AsyncGenerator<EventSourceMessage> {
  const { signal } = options;
  try {
    const streamOptions = { ...options, title: 'Wikimedia', maxEventCharacters: MAX_EVENT_CHARACTERS, refuse };
    yield* await openEventStream(streamOptions);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof TransientError || error instanceof RateLimitedError) throw error;
    throw new BrokenStreamError(`The connection to Wikimedia fails (${reasonOf(error)})`, { cause: error });
  }
  if (!signal.aborted) throw new BrokenStreamError('Wikimedia has closed the connection');
}

/** @throws PlaceRefusedError, RateLimitedError or TransientError */
function refuse(answer: HttpAnswer): never {
  const { status } = answer;
  const retryAfterMs = retryAfterHeaderMs(answer);
  if (status === 429 || retryAfterMs !== undefined)
    throw new RateLimitedError(`Wikimedia answers ${status} and asks to wait`, retryAfterMs);
  if (status === 400 || status === 404) throw new PlaceRefusedError(`Wikimedia answers ${status}`);
  if (status === 403)
    throw new TransientError('Wikimedia answers 403: set PRODUCER_CONTACT to an address where it can write to you');
  throw new TransientError(`Wikimedia answers ${status}`);
}
