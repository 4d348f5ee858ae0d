import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import type { Script } from '../../../support/networks/reddit-server.ts';
import { change, lastCursor, namesOf, redditWorld, type RedditWorld } from './reddit-world.ts';

let world: RedditWorld;

beforeEach(async () => {
  world = await redditWorld();
});

afterEach(() => world.server.close());

const HTML = '<!doctype html><title>whoa there, pardner!</title>';
const answer = (status: number, body: string, headers = {}): Script => ({ kind: 'answer', status, body, headers });

const DISASTERS: [string, Script][] = [
  ['503', answer(503, HTML)],
  ['500 with JSON', answer(500, '{"message":"Internal Server Error","error":500}')],
  ['403 HTML', answer(403, HTML)],
  ['403 without a reason', answer(403, '{"message":"Forbidden","error":403}')],
  ['404 HTML', answer(404, HTML)],
  ['a page of HTML', answer(200, HTML)],
  ['nothing', answer(200, '')],
  ['JSON that is no listing', answer(200, '{"kind":"Listing","data":{}}')],
  ['null', answer(200, 'null')],
  ['half an answer', { kind: 'cut' }],
  ['a broken connection', { kind: 'kill' }],
];

describe('over a failure that passes', () => {
  test.each(DISASTERS)('of data: %s', async (_, script) => {
    const names = world.addPosts(2);
    world.server.plan(script);
    const reading = world.context({ once: true });

    expect(namesOf(await world.read(reading, 100))).toEqual(names);
    expect(reading.counts.get('failed rounds')).toBe(1);
  });

  test.each(DISASTERS.filter(([name]) => !name.startsWith('403')))('of tokens: %s', async (_, script) => {
    const names = world.addPosts(2);
    world.server.planTokens(script);
    const reading = world.context({ once: true });

    expect(namesOf(await world.read(reading, 100))).toEqual(names);
    expect(reading.counts.get('failed rounds')).toBe(1);
  });

  test.each(DISASTERS)('on a later page nothing is left out: %s', async (_, script) => {
    world.addPosts(1);
    const first = await world.read(world.context({ once: true }), 100);
    await world.clock.runUntil(world.clock.now() + 1_000_000);
    const names = world.addPosts(250);
    world.server.plan({ kind: 'serve' }, { kind: 'serve' }, script);

    const received = await world.read(world.context({ once: true, resumeAfter: lastCursor(first) }), 1_000);

    expect(namesOf(received).slice(1)).toEqual(names);
  });

  test('waits longer after each, and gives up after five where one round is wanted', async () => {
    world.addPosts(1);
    world.server.plan(...Array.from({ length: 5 }, () => answer(503, HTML)));
    const reading = world.context({ once: true });

    await expect(world.read(reading, 1)).rejects.toThrow(
      new SourceError('Reddit answers 503; 5 attempts in a row have failed: try again later.'),
    );
    const atMs = world.server.requests.map((request) => request.atMs);
    expect(atMs.slice(1).map((ms, i) => ms - (atMs[i] ?? 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(reading.notices[0]).toBe('Reddit answers 503; trying again in 1 s.');
  });

  test.each([
    ['403 HTML', answer(403, HTML), 403],
    ['404 HTML', answer(404, HTML), 404],
  ])('says what to do about %s', async (_, script, status) => {
    world.addPosts(1);
    world.server.plan(script);
    const reading = world.context();

    await world.read(reading, 1);

    expect(reading.notices).toEqual([
      `Reddit answers ${status} to us, whatever is asked: set PRODUCER_CONTACT to an address where it can write to you, read from another network address, and check REDDIT_API_URL; trying again in 1 s.`,
    ]);
  });

  test('a listing that fails does not keep the others back', async () => {
    world.addPosts(1);
    world.addComments(1);
    world.server.plan(answer(500, ''));

    await world.read(world.context({ flags: { subreddits: 'cats', listings: 'comments,hot' } }), 2);

    const asked = world.server.requests.map(({ path }) => path.split('?')[0]);
    expect(asked.slice(0, 2)).toEqual(['/r/cats/comments', '/r/cats/hot']);
    expect(asked.at(-1)).toBe('/r/cats/comments');
  });

  test('an empty page in the middle is told as a gap', async () => {
    world.addPosts(1);
    const first = await world.read(world.context({ once: true }), 100);
    await world.clock.runUntil(world.clock.now() + 1_000_000);
    world.addPosts(250);
    const empty = '{"kind":"Listing","data":{"children":[],"after":null}}';
    world.server.plan({ kind: 'serve' }, answer(200, empty));
    const reading = world.context({ once: true, resumeAfter: lastCursor(first) });

    await world.read(reading, 1_000);

    expect(reading.counts.get('gaps')).toBe(1);
  });
});

describe('the token', () => {
  test('is one for all requests, and another a minute before it ends', async () => {
    await world.server.close();
    world = await redditWorld(300);
    world.addPosts(1);
    const reading = world.read(world.context(), 2);
    while (world.server.requests.length < 60) await world.clock.settle();
    world.addPosts(1);
    await reading;

    const [firstMs = 0, ...laterMs] = world.server.tokenRequests.map((request) => request.atMs);
    expect(laterMs).toHaveLength(1);
    expect((laterMs[0] ?? 0) - firstMs).toBeGreaterThanOrEqual(240_000);
    expect((laterMs[0] ?? 0) - firstMs).toBeLessThanOrEqual(245_000);
  });

  test('that is revoked is replaced without a failure', async () => {
    world.addPosts(1);
    const reading = world.context();
    const received = world.read(reading, 2);
    while (world.server.requests.length < 2) await world.clock.settle();
    world.server.revoke();
    world.addPosts(1);

    expect(await received).toHaveLength(2);
    expect(world.server.tokenRequests).toHaveLength(2);
    expect(reading.counts.get('failed rounds')).toBeUndefined();
  });

  test.each([
    ['with 401', answer(401, '{"message":"Unauthorized","error":401}'), '(401)'],
    ['with 403 HTML', answer(403, HTML), '(403)'],
    ['with 200 and an error', answer(200, '{"error":"invalid_grant"}'), '(invalid_grant)'],
    ['with 400 and an error', answer(400, '{"error":"unauthorized_client"}'), '(unauthorized_client)'],
  ])('that is refused %s says what to do', async (_, script, reason) => {
    world.server.planTokens(script);

    await expect(world.read(world.context(), 1)).rejects.toMatchObject({
      name: 'SourceError',
      message: expect.stringMatching(
        new RegExp(`^Reddit refuses [^:]*${reason.replaceAll(/[()]/g, String.raw`\$&`)}: check REDDIT_CLIENT_ID and`),
      ),
    });
  });

  test('that Reddit cannot give for now is asked for again', async () => {
    const names = world.addPosts(1);
    world.server.planTokens(answer(400, '{"error":"temporarily_unavailable"}'), answer(200, '{"error":503}'));

    expect(namesOf(await world.read(world.context({ once: true }), 10))).toEqual(names);
  });

  test('that is asked for where Reddit has none says what to check', async () => {
    world.addPosts(1);
    world.server.planTokens(answer(404, HTML));
    const reading = world.context();

    await world.read(reading, 1);

    expect(reading.notices).toEqual([
      'Reddit answers 404 to a request for a token: check REDDIT_AUTH_URL; trying again in 1 s.',
    ]);
  });

  test('for a wrong secret is refused', async () => {
    const values = { REDDIT_CLIENT_ID: 'our-app', REDDIT_CLIENT_SECRET: 'wrong' };
    const reading = world.read(world.context({ credentials: { values, renew: async () => undefined } }), 1);

    await expect(reading).rejects.toMatchObject({ name: 'SourceError' });
  });
});

describe('a post that was delivered', () => {
  test('is delivered again when its score or comments have changed, 5, 15 and 60 minutes after it was written', async () => {
    const [name = ''] = world.addPosts(1);
    const writtenMs = world.clock.now() - 1_000;
    const reading = world.read(world.context(), 3);
    while (world.server.requests.length < 2) await world.clock.settle();
    change(world.server, name, { score: 5 });
    while (infoMs().length < 2) await world.clock.settle();
    change(world.server, name, { num_comments: 1 });

    const received = await reading;

    expect(received.map(({ payload }) => Reflect.get(Object(payload), 'data'))).toMatchObject([
      { name, score: 1, num_comments: 0 },
      { name, score: 5, num_comments: 0 },
      { name, score: 5, num_comments: 1 },
    ]);
    const minutes = infoMs().map((ms) => (ms - writtenMs) / 60_000);
    expect(minutes.map(Math.floor)).toEqual([5, 15, 60]);
    for (const minute of minutes) expect(minute % 1).toBeLessThan(0.5);
    expect(world.server.requests.find(({ path }) => path.startsWith('/api/info'))?.path).toContain(`id=${name}`);
  });

  test('and is removed since is delivered as it is then, and not looked at any more', async () => {
    const [name = ''] = world.addPosts(1);
    const reading = world.read(world.context(), 3);
    while (world.server.requests.length < 2) await world.clock.settle();
    change(world.server, name, { removed_by_category: 'moderator' }, true);
    while (infoMs().length < 1) await world.clock.settle();
    await world.clock.settle();
    while (world.server.requests.length < 300) await world.clock.settle();
    world.addPosts(1);

    const [, removed] = await reading;

    expect(removed?.payload).toMatchObject({ data: { name, removed_by_category: 'moderator' } });
    expect(infoMs()).toHaveLength(1);
  });

  test('and stands in a ranking is delivered again every five minutes if it has changed', async () => {
    const [name = ''] = world.addPosts(1, { created_utc: world.clock.now() / 1_000 - 3 * 86_400 });
    const reading = world.read(world.context({ flags: { subreddits: 'cats', listings: 'hot,top' } }), 2);
    while (world.server.requests.length < 3) await world.clock.settle();
    change(world.server, name, { score: 9 });

    const received = await reading;

    expect(received).toHaveLength(2);
    expect(received.every(({ cursor }) => cursor === undefined)).toBe(true);
    const hots = world.server.requests.filter(({ path }) => path.includes('/hot?')).map((request) => request.atMs);
    expect((hots[1] ?? 0) - (hots[0] ?? 0)).toBe(300_000);
  });

  function infoMs(): number[] {
    return world.server.requests.filter(({ path }) => path.startsWith('/api/info')).map((request) => request.atMs);
  }
});
