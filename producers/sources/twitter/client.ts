import { Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';

import { TwitterApi, type TweetStream } from 'twitter-api-v2';

import type { ReadContext } from '../../network/network.ts';
import { SourceError } from '../../source-error.ts';
import { StreamFailure } from './failure.ts';

const ANSWER_MS = 30_000;

type Query = Readonly<Record<string, string | number>>;

/** The API of X as far as it is used; paths are those behind `/2/`. Every call ends within half a minute. */
export interface TwitterClient {
  get(path: string, query?: Query): Promise<unknown>;
  post(path: string, body: object, query?: { readonly dry_run?: true }): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** Opens a stream, and waits until it is answered. */
  connect(stream: TweetStream): Promise<unknown>;
  /** A stream that is not connected yet. */
  stream(path: string, query: Query): TweetStream;
  /** Ends whatever it does: its connections are its own. */
  destroy(): void;
}

/** Makes one. @throws SourceError without a token */
export function twitterClient(context: ReadContext): TwitterClient {
  const token = context.credentials.values['TWITTER_BEARER_TOKEN'];
  if (token === undefined) throw new SourceError('TWITTER_BEARER_TOKEN is missing.');
  const address = context.addresses['TWITTER_API_URL'] ?? '';
  const agent = address.startsWith('http:') ? new PlainAgent({ keepAlive: false }) : new Agent({ keepAlive: false });
  // Compressed, an abrupt end would go unnoticed: the library listens to the decompressor.
  const { v2 } = new TwitterApi(token, { httpAgent: agent, compression: false });
  const args = { prefix: `${address}/2/`, headers: { 'user-agent': context.userAgent } };
  // The library knows no time limit, and only the end of its agent ends a request.
  const within = <T>(work: Promise<T>): Promise<T> => withinTime(context, work, () => agent.destroy());
  return {
    get: (path, query) => within(v2.get<unknown>(path, { ...query }, args)),
    post: (path, body, query) => within(v2.post<unknown>(path, { ...body }, { ...args, query: { ...query } })),
    delete: (path) => within(v2.delete<unknown>(path, undefined, args)),
    connect: (stream) => within(stream.connect({ autoReconnect: false, keepAliveTimeout: 'disable' })),
    stream: (path, query) => v2.getStream(path, { ...query }, { ...args, autoConnect: false, payloadIsError }),
    destroy: () => agent.destroy(),
  };
}

/** Does something with a client of its own. */
export async function withClient<T>(context: ReadContext, use: (client: TwitterClient) => Promise<T>): Promise<T> {
  const client = twitterClient(context);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** A message with errors and no post tells of the stream; one with both is a post that lacks something. */
function payloadIsError(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'errors' in payload && !('data' in payload);
}

/** Gives something up that is not answered in time, or not wanted any more. */
async function withinTime<T>({ clock, signal }: ReadContext, work: Promise<T>, giveUp: () => void): Promise<T> {
  const answered = new AbortController();
  const late = clock.wait(ANSWER_MS, AbortSignal.any([signal, answered.signal])).then(() => {
    if (answered.signal.aborted) return work;
    giveUp();
    throw new StreamFailure({ kind: 'network', what: 'X takes the connection and does not answer' });
  });
  return Promise.race([work, late]).finally(() => {
    answered.abort();
    work.catch(() => undefined);
  });
}
