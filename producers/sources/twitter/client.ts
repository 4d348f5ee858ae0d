import { Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';

import { TwitterApi, type TweetStream } from 'twitter-api-v2';

import type { ReadContext } from '../../network/network.ts';
import { SourceError } from '../../source-error.ts';

type Query = Readonly<Record<string, string | number>>;

/** The API of X as far as it is used; paths are those behind `/2/`. */
export interface TwitterClient {
  get(path: string, query?: Query): Promise<unknown>;
  post(path: string, body: object, query?: { readonly dry_run?: true }): Promise<unknown>;
  delete(path: string): Promise<unknown>;
  /** A stream that is not connected yet. */
  stream(path: string, query: Query): TweetStream;
  /** Ends whatever it does: its connections are its own. */
  destroy(): void;
}

/** Makes one. @throws SourceError without a token */
export function twitterClient({
  addresses,
  credentials,
  userAgent,
}: Pick<ReadContext, 'addresses' | 'credentials' | 'userAgent'>): TwitterClient {
  const token = credentials.values['TWITTER_BEARER_TOKEN'];
  if (token === undefined) throw new SourceError('TWITTER_BEARER_TOKEN is missing.');
  const address = addresses['TWITTER_API_URL'] ?? '';
  const agent = address.startsWith('http:') ? new PlainAgent({ keepAlive: false }) : new Agent({ keepAlive: false });
  // Compressed, an abrupt end would go unnoticed: the library listens to the decompressor.
  const { v2 } = new TwitterApi(token, { httpAgent: agent, compression: false });
  const args = { prefix: `${address}/2/`, headers: { 'user-agent': userAgent } };
  return {
    get: (path, query) => v2.get<unknown>(path, { ...query }, args),
    post: (path, body, query) => v2.post<unknown>(path, { ...body }, { ...args, query: { ...query } }),
    delete: (path) => v2.delete<unknown>(path, undefined, args),
    stream: (path, query) => v2.getStream(path, { ...query }, { ...args, autoConnect: false, payloadIsError }),
    destroy: () => agent.destroy(),
  };
}

/** A message with errors and no post tells of the stream; one with both is a post that lacks something. */
function payloadIsError(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'errors' in payload && !('data' in payload);
}
