import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Received } from '../../../../producers/network/network.ts';
import { readCursor } from '../../../../producers/sources/reddit/cursor.ts';
import { reddit } from '../../../../producers/sources/reddit.ts';
import { drive } from '../../../support/networks/drive.ts';
import { take } from '../../../support/networks/read-context.ts';
import { change, lastCursor, namesOf, redditWorld, type RedditWorld } from './reddit-world.ts';

let world: RedditWorld;

beforeEach(async () => {
  world = await redditWorld();
});

afterEach(() => world.server.close());

const BOTH = { subreddits: 'cats', listings: 'new,comments' };

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

  test('tells of gaps that come with every look once an hour, and counts all', async () => {
    world.addPosts(1);
    const reading = world.context();
    const received = world.read(reading, 3_001);
    while (world.server.requests.length === 0) await world.clock.settle();
    for (const gaps of [0, 1, 2]) {
      while ((reading.counts.get('gaps') ?? 0) < gaps) await world.clock.settle();
      world.addPosts(1_001, { created_utc: world.clock.now() / 1_000 });
    }

    expect(namesOf(await received)).toHaveLength(3_001);
    expect(reading.counts.get('gaps')).toBe(3);
    expect(reading.notices).toHaveLength(1);
  });

  test('says how far it is where everything new was delivered from a ranking', async () => {
    const { context } = world.context({ flags: { subreddits: 'cats', listings: 'new,hot' } });
    const received: Received[] = [];
    const reading = async (): Promise<void> => {
      for await (const each of reddit.read(context)) if (received.push(each) === 2) return;
    };
    const done = drive(world.clock, reading(), () => world.server.isIdle());
    while (world.server.requests.length === 0) await world.clock.settle();
    const names = world.addPosts(1);
    await done;

    expect(namesOf(received.slice(0, 1))).toEqual(names);
    expect(received[0]?.cursor).toBeUndefined();
    expect(Object.keys(received[1] ?? {})).toEqual(['cursor']);
    expect(readCursor(received[1]?.cursor).new).toMatchObject([{ names }]);
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
