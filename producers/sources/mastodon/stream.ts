import type { EventSourceMessage } from 'eventsource-parser/stream';

import { openEventStream } from '../../network/event-stream.ts';
import { RateLimitedError, readJsonAnswer, reasonOf, TransientError } from '../../network/http.ts';
import { jsonOrText } from '../../network/json.ts';
import type { ReadContext, Received } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';
import { reconnecting } from '../../network/reconnecting.ts';
import { watchdog } from '../../network/watchdog.ts';
import { SourceError } from '../../source-error.ts';
import type { MastodonApi } from './api.ts';
import { catchUp, type CatchUpDeps } from './catch-up.ts';
import { statusId } from './positions.ts';
import { streamingHost } from './streaming-host.ts';
import type { Timeline } from './timelines.ts';

/** The server sends `:thump` every 15 s. */
const SILENCE_MS = 60_000;
/** No status is longer. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

export interface StreamDeps extends CatchUpDeps {
  readonly api: MastodonApi;
  readonly timeline: Timeline;
  readonly context: ReadContext;
}

/**
 * Delivers the live stream of a public timeline for ever. With each connection, what came since the last one is read
 * from the timeline: a stream cannot be resumed.
 */
export function readStream(deps: StreamDeps): AsyncGenerator<Received> {
  return reconnecting({ connect: (onGood) => connection(deps, onGood) }, deps.context);
}

async function* connection(deps: StreamDeps, onOpen: () => void): AsyncGenerator<Received> {
  const { clock, signal } = deps.context;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const onSilence = (): void => ended.abort(new TransientError(`Mastodon was silent for ${seconds(SILENCE_MS)}`));
  const watch = () => watchdog(clock, SILENCE_MS, { signal: stop, onSilence });
  let dog = watch();
  try {
    const messages = await open(deps, stop, () => dog.seen());
    onOpen();
    // Nobody listens to the stream while the gap is filled; it waits.
    dog.end();
    yield* catchUp(deps, deps.timeline, 'empty');
    dog = watch();
    for await (const message of unbroken(messages)) {
      dog.seen();
      yield* receivedIn(message, deps);
    }
  } finally {
    dog.end();
    ended.abort();
  }
  throw new TransientError('Mastodon has closed the stream');
}

async function open(
  { api, timeline, context }: StreamDeps,
  signal: AbortSignal,
  onAlive: () => void,
): Promise<ReadableStream<EventSourceMessage>> {
  const host = streamingHost(await api.instance(), context.addresses['MASTODON_URL'] ?? '');
  try {
    return await openEventStream({
      title: 'Mastodon',
      url: `${host}/api/v1/streaming/public${timeline.query['local'] === undefined ? '' : '/local'}`,
      headers: { ...api.headers, 'user-agent': context.userAgent },
      signal,
      maxEventCharacters: MAX_EVENT_CHARACTERS,
      onAlive,
      refuse: (answer) => readJsonAnswer(answer, api.errors),
    });
  } catch (error) {
    throw brokenBy(error);
  }
}

async function* unbroken(messages: AsyncIterable<EventSourceMessage>): AsyncGenerator<EventSourceMessage> {
  try {
    yield* messages;
  } catch (error) {
    throw brokenBy(error);
  }
}

/** The error of a connection, as one that passes; ours are what they are. */
function brokenBy(error: unknown): unknown {
  if (error instanceof TransientError || error instanceof RateLimitedError || error instanceof SourceError)
    return error;
  return new TransientError(`The stream of Mastodon breaks (${reasonOf(error)})`, { cause: error });
}

/** A status that has come already, from the timeline or twice, is left out; an edit or a delete is not. */
function* receivedIn(message: EventSourceMessage, { positions, timeline, server }: StreamDeps): Generator<Received> {
  const { event = 'message', data: text } = message;
  // The id of a delete has more digits than a number.
  const data = event === 'delete' ? text.trim() : jsonOrText(text);
  const isNew = event === 'delete' || positions.isNew(data);
  if (event === 'update') {
    const id = statusId(data);
    if (id !== undefined) positions.reach(timeline, id);
    if (!isNew) return;
  }
  yield { payload: { server, event, data }, cursor: positions.cursor() };
}
