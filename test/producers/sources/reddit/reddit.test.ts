import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { reddit } from '../../../../producers/sources/reddit.ts';
import { readPreset } from '../../../../presets/preset-schema.ts';
import { take } from '../../../support/networks/read-context.ts';
import { change, lastCursor, namesOf, redditWorld, type RedditWorld } from './reddit-world.ts';

let world: RedditWorld;

beforeEach(async () => {
  world = await redditWorld();
});

afterEach(() => world.server.close());

const BOTH = { subreddits: 'cats', listings: 'new,comments' };

function preset(scope: 'topics' | 'everything', subreddits: string[]) {
  const topics = [{ name: 'cats', keywords: ['cat'], subreddits }];
  return readPreset({ name: 'test', description: 'a test', sources: ['reddit'], scope, topics });
}

describe('a reader of Reddit', () => {
  test('delivers the newest page oldest first, as Reddit sent it, with the cursor at its end', async () => {
    const names = world.addPosts(120);

    const received = await world.read(world.context({ once: true }), 1_000);

    expect(namesOf(received)).toEqual(names.slice(20));
    const { kind, data } = world.server.things.get(names[119] ?? '') ?? {};
    expect(received.at(-1)?.payload).toEqual({ kind, data });
    expect(received.filter(({ cursor }) => cursor !== undefined)).toEqual(received.slice(-1));
  });

  test('asks as who it is, and never for what is before a thing', async () => {
    world.addPosts(3);
    world.addComments(3);

    await world.read(world.context({ once: true, flags: { subreddits: 'cats' } }), 100);

    const [path] = world.server.requests.map((request) => request.path);
    expect(path).toBe('/r/cats/new?raw_json=1&limit=100');
    expect(world.server.requests.map((request) => request.path.split('?')[0])).toEqual([
      '/r/cats/new',
      '/r/cats/comments',
      '/r/cats/hot',
      '/r/cats/rising',
      '/r/cats/top',
      '/r/cats/controversial',
      '/r/cats/new',
    ]);
    expect(world.server.requests.filter((request) => request.path.includes('before='))).toEqual([]);
    expect(new Set(world.server.requests.map((request) => request.userAgent))).toEqual(new Set(['test']));
  });

  test('walks back over pages to what it knows, and delivers all of it oldest first', async () => {
    const old = world.addPosts(5);
    const first = await world.read(world.context({ once: true }), 100);
    await world.clock.runUntil(world.clock.now() + 1_000_000);
    const fresh = world.addPosts(430);

    const received = await world.read(world.context({ once: true, resumeAfter: lastCursor(first) }), 1_000);

    expect(namesOf(received)).toEqual([...old, ...fresh]);
  });

  test.each([
    ['what it knows is deleted', '[deleted]'],
    ['all that it knows is deleted', 'all'],
  ])('finds its place where %s', async (_, which) => {
    const old = world.addPosts(80);
    const first = await world.read(world.context({ once: true }), 100);
    for (const name of which === 'all' ? old.slice(20) : old.slice(-1)) change(world.server, name, {}, true);
    await world.clock.runUntil(world.clock.now() + 1_000_000);
    const fresh = world.addPosts(250);
    const again = world.context({ once: true, resumeAfter: lastCursor(first) });

    const received = namesOf(await world.read(again, 1_000));

    expect(received.slice(-250)).toEqual(fresh);
    expect(again.counts.get('gaps')).toBeUndefined();
    const asked = world.server.requests.slice(2).filter(({ path }) => path.includes('limit=100'));
    expect(asked).toHaveLength(3);
  });

  test('tells a gap where Reddit does not reach back to what it knows, once', async () => {
    world.addPosts(1);
    const first = await world.read(world.context({ once: true }), 100);
    await world.clock.runUntil(world.clock.now() + 10_000_000);
    const fresh = world.addPosts(1_200);
    const again = world.context({ resumeAfter: lastCursor(first) });
    const reading = world.read(again, 1_001);
    while (world.server.requests.length < 14) await world.clock.settle();
    world.addPosts(1);

    expect(namesOf(await reading).slice(0, 1_000)).toEqual(fresh.slice(200));
    expect(again.counts.get('gaps')).toBe(1);
    expect(again.notices).toEqual([
      'Reddit shows 1,000 of new and no more, and more came since the last look: some are lost.',
    ]);
  });

  test('its cursor stays small', async () => {
    world.addPosts(100);
    world.addComments(100);

    const received = await world.read(world.context({ once: true, flags: BOTH }), 1_000);

    expect(lastCursor(received)?.length).toBeLessThan(2_000);
  });

  test.each([undefined, '', 'x', '{}', '{"new":[{"names":[7]}],"comments":[]}'])(
    'begins with the newest page where its cursor is %j',
    async (resumeAfter) => {
      const names = world.addPosts(3);

      expect(namesOf(await world.read(world.context({ once: true, resumeAfter }), 100))).toEqual(names);
    },
  );

  test('stopped anywhere and started again, it leaves nothing out', async () => {
    world.addPosts(3);
    world.addComments(3);
    const first = await world.read(world.context({ once: true, flags: BOTH }), 100);
    await world.clock.runUntil(world.clock.now() + 1_000_000);
    const wanted = [...world.addPosts(12), ...world.addComments(8)];
    for (let stopAfter = 0; stopAfter <= 26; stopAfter += 1) {
      const resumeAfter = lastCursor(first);
      const before = await world.read(world.context({ once: true, flags: BOTH, resumeAfter }), stopAfter);
      const cursor = lastCursor(before) ?? resumeAfter;
      const after = await world.read(world.context({ once: true, flags: BOTH, resumeAfter: cursor }), 100);

      expect(new Set(namesOf([...before, ...after]))).toEqual(expect.objectContaining(new Set(wanted)));
      expect(wanted.filter((name) => !namesOf([...before, ...after]).includes(name))).toEqual([]);
    }
  });

  test.each([0, 1, 99, 100, 101, 229, 230, 231])(
    'stopped after %i of several pages and started again, it leaves nothing out',
    async (stopAfter) => {
      world.addPosts(1);
      const first = await world.read(world.context({ once: true }), 100);
      await world.clock.runUntil(world.clock.now() + 1_000_000);
      const wanted = world.addPosts(230);

      const before = await world.read(world.context({ resumeAfter: lastCursor(first) }), stopAfter);
      const fresh = world.addPosts(5);
      const cursor = lastCursor([...first, ...before]);
      const after = await world.read(world.context({ once: true, resumeAfter: cursor }), 1_000);

      const all = new Set(namesOf([...before, ...after]));
      expect([...wanted, ...fresh].filter((name) => !all.has(name))).toEqual([]);
    },
  );

  test('asks again every five seconds, for what is new', async () => {
    world.addPosts(1);
    const reading = world.read(world.context(), 3);
    while (world.server.requests.length < 1) await world.clock.settle();
    const [second] = world.addPosts(1);
    while (world.server.requests.length < 3) await world.clock.settle();
    const [third] = world.addPosts(1);

    expect(namesOf(await reading).slice(1)).toEqual([second, third]);
    const atMs = world.server.requests.filter(({ path }) => path.includes('limit=100')).map((request) => request.atMs);
    expect(atMs.slice(1).map((ms, i) => ms - (atMs[i] ?? 0))).toEqual([5_000, 5_000]);
  });

  test('delivers a thing that has no name once', async () => {
    const body = JSON.stringify({ kind: 'Listing', data: { after: null, children: [null, { kind: 't3' }, null] } });
    world.server.plan({ kind: 'answer', status: 200, body }, { kind: 'serve' }, { kind: 'answer', status: 200, body });
    const reading = world.read(world.context(), 3);
    while (world.server.requests.length < 3) await world.clock.settle();
    const [name] = world.addPosts(1);

    const received = await reading;

    expect(received.slice(0, 2).map(({ payload }) => payload)).toEqual([null, { kind: 't3' }]);
    expect(namesOf(received.slice(2))).toEqual([name]);
  });

  test('ends when it is told to, while Reddit says nothing', async () => {
    world.server.plan({ kind: 'hang' });
    const reading = world.context();
    const done = take(reddit, reading.context, 1);
    while (world.server.tokenRequests.length === 0) await world.clock.settle();
    for (let i = 0; world.server.requests.length === 0; i += 1) {
      await world.clock.settle();
      if (i % 50 === 49) await world.clock.step();
    }

    reading.stop.abort();

    expect(await done).toEqual([]);
    expect(reading.notices).toEqual([]);
  });
});

describe('what is read', () => {
  test.each([
    ['the subreddits of the topics', preset('topics', ['Cats', 'r/aww', 'cats']), {}, '/r/cats+aww/new'],
    ['everything for a preset of everything', preset('everything', ['cats']), {}, '/r/all/new'],
    ['everything where no topic has a subreddit', preset('topics', []), {}, '/r/all/new'],
    ['those that are named', preset('everything', []), { subreddits: 'Dogs, /r/aww' }, '/r/dogs+aww/new'],
  ])('is %s', async (_, chosen, flags, path) => {
    await world.read(world.context({ once: true, preset: chosen, flags: { ...flags, listings: 'new' } }), 1);

    expect(world.server.requests[0]?.path.split('?')[0]).toBe(path);
  });

  test('is one page for fifty subreddits', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `s${i}x`);
    await world.read(world.context({ once: true, flags: { subreddits: names.join(','), listings: 'top' } }), 1);

    const tops = world.server.requests.filter(({ path }) => path.includes('/top?'));
    expect(tops.map(({ path }) => path.split('/')[2]?.split('+').length)).toEqual([50, 10]);
    expect(tops[0]?.path).toContain('t=day');
  });

  test.each([
    [{ subreddits: 'cats and dogs' }, '"cats and dogs" is no name of a subreddit'],
    [{ subreddits: '' }, '"" is no name of a subreddit'],
    [
      { listings: 'new,best' },
      '"best" is no listing: --listings takes some of new,hot,rising,top,controversial,comments.',
    ],
  ])('cannot be %j', async (flags, message) => {
    const reading = world.read(world.context({ flags }), 1);

    await expect(reading).rejects.toMatchObject({ name: 'SourceError', message: expect.stringContaining(message) });
  });
});

describe('a subreddit that cannot be read', () => {
  const PRIVATE = { status: 403, body: '{"message":"Forbidden","error":403,"reason":"private"}' };
  const BANNED = { status: 404, body: '{"message":"Not Found","error":404,"reason":"banned"}' };
  const NONE = { status: 404, body: '{"message":"Not Found","error":404}' };
  const SEARCHED = {
    status: 200,
    body: '{"kind":"Listing","data":{"children":[{"kind":"t5","data":{}}],"after":null}}',
  };

  test.each([
    ['private', PRIVATE, 'private'],
    ['banned', BANNED, 'banned'],
    ['none', NONE, 'not found'],
    ['none, with others that are like it', SEARCHED, 'not found'],
  ])('because it is %s is told once and left out', async (_, answer, reason) => {
    world.server.closed.set('secret', answer);
    const names = world.addPosts(2);
    const reading = world.context({ flags: { subreddits: 'secret,cats', listings: 'new' }, once: true });

    expect(namesOf(await world.read(reading, 100))).toEqual(names);
    expect(reading.notices).toEqual([
      `a subreddit cannot be read (${reason}); trying again in 1 s.`,
      `r/secret cannot be read (${reason}) and is left out.`,
    ]);
    expect(reading.counts.get('subreddits left out')).toBe(1);
  });

  test('is read again once it can be', async () => {
    world.server.closed.set('cats', PRIVATE);
    const names = world.addPosts(1);
    const reading = world.context({ flags: { subreddits: 'dogs,cats', listings: 'new' } });
    const received = world.read(reading, 1);
    while (!reading.counts.has('subreddits left out')) await world.clock.settle();
    world.server.closed.clear();

    expect(namesOf(await received)).toEqual(names);
    expect(world.clock.now() - Date.parse('2026-11-20T17:40:00.000Z')).toBeGreaterThanOrEqual(3_600_000);
    expect(reading.counts.get('subreddits left out')).toBe(1);
  });

  test('ends the producer where there is no other', async () => {
    world.server.closed.set('cats', PRIVATE);

    await expect(world.read(world.context(), 1)).rejects.toMatchObject({
      name: 'SourceError',
      message: 'None of the subreddits can be read: name others with --subreddits.',
    });
  });
});
