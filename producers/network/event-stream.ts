import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';

import { type HttpAnswer, TransientError } from './http.ts';

export interface EventStreamOptions {
  /** The name of the network. */
  readonly title: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the connection; its reason is what is thrown then. */
  readonly signal: AbortSignal;
  readonly maxEventCharacters: number;
  /** Told of everything that comes, also of what has no content. */
  readonly onAlive: () => void;
  /** Throws the error that an answer with another status than 2xx stands for; its body is left out. */
  readonly refuse: (answer: HttpAnswer) => unknown;
}

/**
 * Opens a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). An event that
 * is cut short is left out.
 * @throws what `fetch` and `refuse` do, and TransientError for an answer that is no stream; reading on, what `fetch` does
 */
export async function openEventStream(options: EventStreamOptions): Promise<ReadableStream<EventSourceMessage>> {
  const { url, headers, signal, maxEventCharacters, onAlive } = options;
  const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal });
  onAlive();
  return (await bodyOf(answer, options))
    .pipeThrough(tap(onAlive))
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: maxEventCharacters }));
}

async function bodyOf(
  { ok, status, headers, body }: Response,
  { title, refuse }: EventStreamOptions,
): Promise<NonNullable<Response['body']>> {
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (ok && isStream && body !== null) return body;
  await body?.cancel().catch(() => undefined);
  if (!ok) refuse({ status, headers: Object.fromEntries(headers), body: '' });
  throw new TransientError(`${title} answers something that is no stream`);
}

function tap(onChunk: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(chunk, controller) {
      onChunk();
      controller.enqueue(chunk);
    },
  });
}
