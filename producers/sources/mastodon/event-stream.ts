import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';

import { readJsonAnswer, reasonOf, TransientError, type JsonApi } from '../../network/http.ts';

/** No status is longer. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

export interface EventStreamOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: JsonApi;
  /** Ends the connection; its reason is what is thrown then, if it is an error of ours. */
  readonly signal: AbortSignal;
  /** Told of every comment, which is how a server says that it is alive. */
  readonly onAlive: () => void;
}

/**
 * Opens a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * @throws what `readJsonAnswer` does for an answer that is no stream
 */
export async function openEventStream(options: EventStreamOptions): Promise<ReadableStream<EventSourceMessage>> {
  const { url, headers, errors, signal, onAlive } = options;
  const answer = await connect(url, { headers: { accept: 'text/event-stream', ...headers }, signal });
  const { status, body } = answer;
  const isStream = answer.ok && (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
  if (isStream && body !== null)
    return body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment: onAlive, maxBufferSize: MAX_EVENT_CHARACTERS }));
  await body?.cancel().catch(() => undefined);
  if (!answer.ok) readJsonAnswer({ status, headers: Object.fromEntries(answer.headers), body: '' }, errors);
  throw new TransientError(`${errors.title} answers something that is no stream`);
}

async function connect(url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw brokenBy(error);
  }
}

/** The error of a connection, as one that passes. */
export function brokenBy(error: unknown): TransientError {
  if (error instanceof TransientError) return error;
  return new TransientError(`the stream breaks (${reasonOf(error)})`, { cause: error });
}
