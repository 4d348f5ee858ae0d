import { xId, xLines } from '../../support/networks/x-posts.ts';
import { xServer, type StreamScript } from '../../support/networks/x-server.ts';
import { HTML, ifBrought, textOf, type World, type WorldOptions } from '../world.ts';

/**
 * X sends a post once. What it sends while nobody is connected is found by search, so every post is to be found; but no
 * repost, which the search leaves out: it is to be found where the stream that brought it stayed open.
 */
export async function twitterWorld({ ledger, random }: WorldOptions): Promise<World> {
  const server = await xServer();
  server.serveLive();
  const posts: string[] = [];
  let number = 0;
  const nextId = (): string => {
    number += 1;
    // The stream is some seconds out of order.
    return xId(Date.now() - (random.chance(0.2) ? 3_000 : 0), number % 4_096);
  };
  const messageOf = (data: object): object => ({ data, matching_rules: [{ id: '1', tag: 'gs:trends:sport' }] });
  const write = (): object => {
    const [id, text] = [nextId(), textOf(number, random)];
    // An edit is a post of its own, that names the one it replaces.
    const first = posts.length > 3 && random.chance(0.1) ? random.pick(posts) : id;
    posts.push(id);
    ledger.offer(`twitter:${first}`, text);
    const data = { id, text, author_id: '5', edit_history_tweet_ids: first === id ? [id] : [first, id] };
    server.searchable.push(data);
    server.searchable.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
    return messageOf(data);
  };
  const repost = (): object => {
    const [id, text] = [nextId(), `RT @someone: ${textOf(number, random)}`];
    const claim = ledger.offer(`twitter:${id}`, text, 'never');
    ifBrought(
      () => (server.live.size() > 0 ? server.live.opened() : undefined),
      () => (claim.need = 'always'),
    );
    return messageOf({ id, text, author_id: '6', referenced_tweets: [{ type: 'retweeted', id: '1' }] });
  };
  const cut = (): void => {
    const bytes = xLines([write()]);
    server.live.breakOff(bytes.subarray(0, random.below(bytes.byteLength)));
  };
  const then = (script: () => StreamScript) => ({
    strike() {
      server.plan(script());
      cut();
    },
  });
  const inSeconds = (seconds: number): string => String(Math.ceil(Date.now() / 1_000) + seconds);
  return {
    environment: () => ({ TWITTER_API_URL: server.url, TWITTER_BEARER_TOKEN: 'token' }),
    isReading: () => server.live.size() > 0,
    live() {
      server.live.send(xLines([write()]));
      if (random.chance(0.2)) server.live.send(xLines([repost()]));
    },
    disasters: {
      'cut at a byte': { strike: cut },
      ended: { strike: () => server.live.end() },
      disconnect: {
        strike() {
          const error = { title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect' };
          server.live.send(xLines([{ errors: [error] }]));
          server.live.end();
        },
      },
      503: then(() => ({ kind: 'refuse', status: 503 })),
      html: then(() => ({ kind: 'refuse', status: 200, body: HTML })),
      'search fails': {
        strike() {
          // So long that the next search, which begins a little before the last post, would not reach back.
          server.plan({ kind: 'refuse', status: 503 }, { kind: 'refuse', status: 503 });
          server.failures.push({ status: 503, body: HTML });
          cut();
        },
      },
      silence: { slowSeconds: 25, strike: () => server.live.freeze() },
      hang: { slowSeconds: 32, ...then(() => ({ kind: 'hang' })) },
      // X is left alone for a minute at least.
      '429 with reset': {
        slowSeconds: 64,
        ...then(() => ({ kind: 'refuse', status: 429, headers: { 'x-rate-limit-reset': inSeconds(5) } })),
      },
      429: { slowSeconds: 64, ...then(() => ({ kind: 'refuse', status: 429 })) },
    },
    close: () => server.close(),
  };
}
