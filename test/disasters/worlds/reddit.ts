import type { RedditThing } from '../../support/networks/reddit-listings.ts';
import { redditServer, type Script } from '../../support/networks/reddit-server.ts';
import type { Claim } from '../ledger.ts';
import { HTML, textOf, type World, type WorldOptions } from '../world.ts';

/** More than a page has. */
const CROWD = 130;
/** By then a change was read, unless its post was pushed from the first page. */
const CHANGE_MS = 45_000;
const APP = { clientId: 'client', clientSecret: 'secret' } as const;

/**
 * Reddit lists the newest things, so each is to be found as it was last while it stood on the first page; what has
 * vanished from the listings may not have been read before. A refused app is not played: that needs a person.
 */
export async function redditWorld({ ledger, random }: WorldOptions): Promise<World> {
  const server = await redditServer({ now: Date.now, ...APP });
  server.rateHeaders = () => ({ 'x-ratelimit-remaining': '90.0', 'x-ratelimit-reset': '30' });
  const written: { readonly thing: RedditThing; readonly claim: Claim }[] = [];
  const changes: { readonly atMs: number; readonly claim: Claim }[] = [];
  let number = 2_000_000_000;
  const write = (kind: 't1' | 't3'): void => {
    number += 1;
    const name = `${kind}_${number.toString(36)}`;
    const text = textOf(number, random);
    const says = kind === 't3' ? { title: 'A title', selftext: text } : { body: text, parent_id: 't3_1' };
    const common = { name, subreddit: 'football', created_utc: Math.floor(Date.now() / 1_000), author: 'alice' };
    const thing: RedditThing = { kind, data: { ...common, ...says, score: 1, edited: false } };
    server.things.set(name, thing);
    written.push({ thing, claim: ledger.offer(`reddit:${name}`, text) });
  };
  const change = (): void => {
    // Those written last stand on the first page.
    const [chosen] = written.splice(-1 - random.below(20), 1);
    if (chosen === undefined) return;
    const { thing, claim } = chosen;
    const field = thing.kind === 't3' ? 'selftext' : 'body';
    const fate = random.pick(['edited', 'deleted', 'vanished'] as const);
    claim.need = 'never';
    const put = (data: object, isUnlisted = false): void =>
      void server.things.set(thing.data.name, { ...thing, data: { ...thing.data, ...data }, isUnlisted });
    if (fate === 'vanished') return put({}, true);
    const text = fate === 'edited' ? `${claim.text} again` : undefined;
    changes.push({ atMs: Date.now(), claim: ledger.offer(claim.id, text, text === undefined ? 'if seen' : 'always') });
    put(text === undefined ? { [field]: '[deleted]' } : { [field]: text, edited: Math.floor(Date.now() / 1_000) });
  };
  const crowd = (): void => {
    for (const { atMs, claim } of changes) if (Date.now() - atMs < CHANGE_MS) claim.need = 'never';
    for (let i = 0; i < CROWD; i++) write('t3');
    // It breaks off on its way back, and has to begin again.
    server.plan({ kind: 'serve' }, { kind: 'cut' });
  };
  const answer = (status: number, headers: Record<string, string> = {}, body = HTML): Script => ({
    kind: 'answer',
    status,
    body,
    headers,
  });
  const plan = (...scripts: readonly Script[]) => ({ strike: () => server.plan(...scripts) });
  return {
    environment: () => ({
      REDDIT_API_URL: server.url,
      REDDIT_AUTH_URL: server.url,
      REDDIT_CLIENT_ID: APP.clientId,
      REDDIT_CLIENT_SECRET: APP.clientSecret,
    }),
    isReading: () => server.requests.length > 0,
    live() {
      write('t3');
      if (random.chance(0.7)) write('t1');
      if (written.length > 5 && random.chance(0.3)) change();
    },
    whileDown: crowd,
    disasters: {
      'cut at a byte': { strike: () => server.plan({ kind: 'cut', share: random.next() }) },
      'no answer': plan({ kind: 'kill' }),
      503: plan(answer(503)),
      html: plan(answer(200)),
      'half an answer': plan(answer(200, {}, '{"kind":"Listing","data":{"child')),
      '429 with reset': plan(answer(429, { 'x-ratelimit-reset': '3' })),
      429: plan(answer(429)),
      'expired token': { strike: () => server.revoke() },
      'no new token': {
        strike() {
          server.planTokens(answer(503));
          server.revoke();
        },
      },
      hang: { slowSeconds: 32, ...plan({ kind: 'hang' }) },
    },
    close: () => server.close(),
  };
}
