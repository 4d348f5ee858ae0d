import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';

import { RateLimitedError, reasonOf, retryAfterHeaderMs, TransientError } from '../../network/http.ts';

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
const MAX_BUFFERED_CHARACTERS = 64 * 1024 * 1024;

/**
 * The events of a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), until
 * the signal is aborted. An event that was cut short is left out.
 * @throws PlaceRefusedError, RateLimitedError or TransientError where the server refuses, BrokenStreamError at the end
 */
export async function* connectEvents({
  url,
  headers,
  signal,
  onAlive,
}: ConnectOptions): AsyncGenerator<EventSourceMessage> {
  try {
    const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal });
    onAlive();
    const body = await bodyOf(answer);
    const events = body
      .pipeThrough(tap(onAlive))
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: MAX_BUFFERED_CHARACTERS }));
    for await (const event of events) yield event;
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof TransientError || error instanceof RateLimitedError) throw error;
    throw new BrokenStreamError(`The connection to Wikimedia fails (${reasonOf(error)})`, { cause: error });
  }
  if (!signal.aborted) throw new BrokenStreamError('Wikimedia has closed the connection');
}

/** The stream in an answer. @throws PlaceRefusedError, RateLimitedError or TransientError if it has none */
async function bodyOf({ status, headers, body }: Response): Promise<NonNullable<Response['body']>> {
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (status === 200 && isStream && body !== null) return body;
  await body?.cancel();
  const retryAfterMs = retryAfterHeaderMs({ status, headers: Object.fromEntries(headers), body: '' });
  if (status === 429 || retryAfterMs !== undefined)
    throw new RateLimitedError(`Wikimedia answers ${status} and asks to wait`, retryAfterMs);
  if (status === 400 || status === 404) throw new PlaceRefusedError(`Wikimedia answers ${status}`);
  if (status === 403)
    throw new TransientError('Wikimedia answers 403: set PRODUCER_CONTACT to an address where it can write to you');
  throw new TransientError(
    status === 200 ? 'Wikimedia answers something that is no stream' : `Wikimedia answers ${status}`,
  );
}

function tap(onChunk: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      onChunk();
      controller.enqueue(chunk);
    },
  });
}
