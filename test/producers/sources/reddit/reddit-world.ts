import { fetchHttp } from '../../../../producers/network/http.ts';
import type { Received } from '../../../../producers/network/network.ts';
import { reddit } from '../../../../producers/sources/reddit.ts';
import { drive } from '../../../support/networks/drive.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import type { RedditThing } from '../../../support/networks/reddit-listings.ts';
import { type RedditServer, redditServer } from '../../../support/networks/reddit-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

export const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const APP = { clientId: 'our-app', clientSecret: 'our-secret' };

/** A Reddit of its own, and a clock that stands at NOW_MS. */
export interface RedditWorld {
  readonly clock: VirtualClock;
  readonly server: RedditServer;
  /** What to read it with: r/cats, and only what is `new` unless told. */
  context(overrides?: Parameters<typeof readContext>[1]): TestContext;
  /** Reads so many payloads; with `once`, at most so many of a single round. */
  read(test: TestContext, count: number): Promise<Received[]>;
  /** Adds posts to r/cats, the last one a second ago, a second apart; returns their names, oldest first. */
  addPosts(count: number, fields?: Partial<RedditThing['data']>): string[];
  addComments(count: number): string[];
}

export async function redditWorld(tokenLifeS?: number): Promise<RedditWorld> {
  const clock = virtualClock(NOW_MS);
  const server = await redditServer({ now: clock.now, ...APP, ...(tokenLifeS !== undefined && { tokenLifeS }) });
  const values = { REDDIT_CLIENT_ID: APP.clientId, REDDIT_CLIENT_SECRET: APP.clientSecret };
  let number = 0;
  const add = (count: number, make: (name: string, atS: number) => RedditThing): string[] =>
    Array.from({ length: count }, (_, i) => {
      const name = (number += 1).toString(36).padStart(4, '0');
      const thing = make(name, clock.now() / 1_000 - (count - i));
      server.things.set(thing.data.name, thing);
      return thing.data.name;
    });
  return {
    clock,
    server,
    context: (overrides = {}) =>
      readContext(clock, {
        addresses: { REDDIT_API_URL: server.url, REDDIT_AUTH_URL: server.url },
        credentials: { values, renew: async () => undefined },
        http: fetchHttp('test-agent'),
        flags: { subreddits: 'cats', listings: 'new' },
        ...overrides,
      }),
    read: ({ context }, count) => drive(clock, take(reddit, context, count), () => server.isIdle()),
    addPosts: (count, fields = {}) => add(count, (name, atS) => makePost(`t3_${name}`, atS, fields)),
    addComments: (count) => add(count, (name, atS) => makeComment(`t1_${name}`, atS)),
  };
}

function makePost(name: string, createdS: number, fields: object): RedditThing {
  const permalink = `/r/cats/comments/${name}/x/`;
  const data = { title: 'a cat', selftext: 'meow', author: 'a', score: 1, num_comments: 0, is_self: true, permalink };
  return { kind: 't3', data: { name, subreddit: 'cats', created_utc: createdS, edited: false, ...data, ...fields } };
}

function makeComment(name: string, createdS: number): RedditThing {
  const data = { author: 'b', body: 'nice', score: 1, score_hidden: true, edited: false, replies: '' };
  return { kind: 't1', data: { name, subreddit: 'cats', created_utc: createdS, parent_id: 't3_0001', ...data } };
}

/** The names of what was received. */
export function namesOf(received: readonly Received[]): string[] {
  return received.map(({ payload }) => String(Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'name')));
}

/** The cursor of the last payload that has one. */
export function lastCursor(received: readonly Received[]): string | undefined {
  return received.findLast(({ cursor }) => cursor !== undefined)?.cursor;
}

/** Changes a thing. */
export function change(server: RedditServer, name: string, fields: object, isUnlisted = false): void {
  const thing = server.things.get(name);
  if (thing === undefined) throw new Error(`there is no ${name}`);
  server.things.set(name, { ...thing, data: { ...thing.data, ...fields }, isUnlisted });
}
