import type { EventSourceMessage } from 'eventsource-parser/stream';

import { backoff } from '../../network/backoff.ts';
import { RateLimitedError, TransientError } from '../../network/http.ts';
import type { ReadContext, Received } from '../../network/network.ts';
import { seconds } from '../../network/poll.ts';
import { watchdog } from '../../network/watchdog.ts';
import type { MastodonApi } from './api.ts';
import { catchUp, type CatchUpDeps } from './catch-up.ts';
import { brokenBy, openEventStream } from './event-stream.ts';
import { statusId } from './positions.ts';
import { streamingHost } from './streaming-host.ts';
import type { Timeline } from './timelines.ts';

/** The server sends `:thump` every 15 s. */
const SILENCE_MS = 60_000;

export interface StreamDeps extends CatchUpDeps {
  readonly api: MastodonApi;
  readonly timeline: Timeline;
  readonly context: ReadContext;
}

/**
 * Delivers the live stream of a public timeline for ever. With each connection, what came since the last one is read
 * from the timeline: a stream cannot be resumed.
 */
export async function* readStream(deps: StreamDeps): AsyncGenerator<Received> {
  const { clock, signal, notify, count } = deps.context;
  const failing = backoff(clock);
  while (!signal.aborted) {
    let problem = 'Mastodon has closed the stream';
    let leastMs = 0;
    try {
      yield* connection(deps, () => failing.succeeded());
    } catch (error) {
      if (!(error instanceof TransientError || error instanceof RateLimitedError)) throw error;
      problem = error.message;
      leastMs = error instanceof RateLimitedError ? (error.retryAfterMs ?? 0) : 0;
    }
    if (signal.aborted) return;
    const waitMs = Math.max(leastMs, failing.failed());
    count('reconnects');
    notify(`${problem}; connecting again in ${seconds(waitMs)}.`);
    await clock.wait(waitMs, signal);
  }
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
}

async function open({ api, timeline, context }: StreamDeps, signal: AbortSignal, onAlive: () => void) {
  const host = streamingHost(await api.instance(), context.addresses['MASTODON_URL'] ?? '');
  return openEventStream({
    url: `${host}/api/v1/streaming/public${timeline.query['local'] === undefined ? '' : '/local'}`,
    headers: { ...api.headers, 'user-agent': context.userAgent },
    errors: api.errors,
    signal,
    onAlive,
  });
}

async function* unbroken(messages: AsyncIterable<EventSourceMessage>): AsyncGenerator<EventSourceMessage> {
  try {
    yield* messages;
  } catch (error) {
    throw brokenBy(error);
  }
}

/** A status that has come already, from the timeline or twice, is left out; an edit or a delete is not. */
function* receivedIn(message: EventSourceMessage, { positions, timeline, server }: StreamDeps): Generator<Received> {
  const { event = 'message', data: text } = message;
  // The id of a delete has more digits than a number.
  const data = event === 'delete' ? text.trim() : parse(text);
  const isNew = event === 'delete' || positions.isNew(data);
  if (event === 'update') {
    const id = statusId(data);
    if (id !== undefined) positions.reach(timeline, id);
    if (!isNew) return;
  }
  yield { payload: { server, event, data }, cursor: positions.cursor() };
}

/** What is not JSON is handed on as the text it is, and rejected. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
