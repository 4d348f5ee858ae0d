import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readPreset, type TwitterBudget } from '../../../../presets/preset-schema.ts';
import type { ReadContext, Received } from '../../../../producers/network/network.ts';
import { twitter } from '../../../../producers/sources/twitter.ts';
import { drive } from '../../../support/networks/drive.ts';
import { xId, xLines, xMessage } from '../../../support/networks/x-posts.ts';
import type { StreamScript, XServer } from '../../../support/networks/x-server.ts';
import type { VirtualClock } from '../../../support/virtual-clock.ts';
import { makeWorld, NOW_MS, SECOND_MS, type World } from './world.ts';

let clock: VirtualClock;
let server: XServer;
let world: World;

beforeEach(async () => {
  world = await makeWorld();
  ({ clock, server } = world);
});

afterEach(() => server.close());

function testContext(overrides: Partial<ReadContext> = {}, budget: Partial<TwitterBudget> = {}) {
  const topics = [
    { name: 'cats', keywords: ['cat'] },
    { name: 'sleep', keywords: ['sleeping'] },
  ];
  const input = { name: 'test', description: 'a test', sources: ['twitter'], topics, twitterBudget: budget };
  return world.context({ preset: readPreset(input), flags: { 'keep-rules': false }, ...overrides });
}

function idOf(second: number): string {
  return xId(NOW_MS + second * SECOND_MS);
}

/** What the stream sends, of posts that were written so many seconds after now. */
function send(seconds: readonly number[], end: 'close' | 'alive' = 'alive'): StreamScript {
  return { kind: 'send', chunks: [xLines(seconds.map((second) => xMessage(idOf(second), `cat ${second}`)))], end };
}

/** What the search knows, in time, of posts that were written then. */
function knows(...seconds: readonly number[]): void {
  const posts = seconds.map((second) => ({ id: idOf(second), text: `cat ${second}` }));
  server.searchable.push(...posts);
  server.searchable.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
}

function read(context: ReadContext, count: number): Promise<Received[]> {
  return world.read(context, count);
}

function secondsOf(received: readonly Received[]): number[] {
  return received.map(({ payload }) =>
    Number(String(Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'text')).split(' ')[1]),
  );
}

/** Reads until something was counted. */
async function readUntil(
  context: ReadContext,
  counts: ReadonlyMap<string, number>,
  what: string,
  stop: AbortController,
) {
  const received: Received[] = [];
  const work = async (): Promise<void> => {
    for await (const each of twitter.read(context)) received.push(each);
  };
  const done = work();
  await drive(clock, done, () => {
    if (counts.has(what)) stop.abort();
    return server.isIdle();
  });
  return received;
}

describe('what was missed', () => {
  test('is searched for once the search knows it, from a little before to a little after, while the stream goes on', async () => {
    knows(-20, -10, 2, 4, 6, 14, 16);
    server.plan(send([16, 18]));

    const received = await read(testContext({ resumeAfter: idOf(0) }).context, 7);

    expect(secondsOf(received)).toEqual([16, 18, -10, 2, 4, 6, 14]);
    expect(clock.now() - NOW_MS).toBe(50 * SECOND_MS);
  });

  test('has all its tags, and comes as the stream would have sent it', async () => {
    const data = { id: idOf(2), text: 'a sleeping cat' };
    server.searchable.push(data);
    server.plan(send([]));

    const [received] = await read(testContext({ resumeAfter: idOf(0) }).context, 1);

    const tags = ['gs:test:cats', 'gs:test:sleep'].map((tag) => ({ id: '', tag }));
    expect(received?.payload).toEqual({ data, includes: undefined, matching_rules: tags });
  });

  test('holds the cursor back until it is found', async () => {
    knows(2);
    server.plan(send([16]), send([50]));
    const first = await read(testContext({ resumeAfter: idOf(0) }).context, 2);

    expect(first.map(({ cursor }) => cursor)).toEqual([idOf(-15), idOf(-15)]);
  });

  test('lets the cursor go on once it is found', async () => {
    knows(2);
    server.plan(send([]));
    const { context, stop, counts } = testContext({ resumeAfter: idOf(0) });
    const reading = readUntil(context, counts, 'posts of other rules', stop);
    const feeding = (async () => {
      while (counts.get('posts found by search') !== 1) await clock.settle();
      const foreign = { ...xMessage(idOf(61), 'dog'), matching_rules: [{ id: '9', tag: 'gs:other:dogs' }] };
      server.say(xLines([xMessage(idOf(60), 'cat 60'), foreign]));
    })();

    expect((await reading).at(-1)?.cursor).toBe(idOf(60));
    await feeding;
  });

  test('over several connections is one gap', async () => {
    knows(1, 3, 5);
    server.plan(send([0], 'close'), send([2], 'close'), send([4], 'close'), send([60]));
    const { context } = testContext();

    const received = await read(context, 7);

    expect(secondsOf(received).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 60]);
  });

  test('is searched for again where the search fails, is not answered, or is too often', async () => {
    knows(2, 4);
    server.plan(send([16]));
    const { context, stop, counts } = testContext({ resumeAfter: idOf(0), flags: { 'keep-rules': true } });
    server.rules.push({ id: '2', value: '(sleeping OR #sleeping)', tag: 'gs:test:sleep' });
    const failures = [503, 0, 429];
    server.failures.push(...failures.map((status) => ({ status, body: {} })));

    await readUntil(context, counts, 'posts found by search', stop);

    expect(counts.get('posts found by search')).toBe(2);
    expect(counts.get('gaps')).toBeUndefined();
  });

  test.each([
    ['X refuses the search', { failures: Array.from({ length: 9 }, () => 403) }, /X does not allow this app/],
    [
      'X does not answer it for long',
      { failures: Array.from({ length: 40 }, () => 503) },
      /X does not answer the search/,
    ],
    [
      'it is longer ago than the search goes back',
      { resumeAfter: xId(NOW_MS - 9 * 86_400_000) },
      /goes back seven days/,
    ],
    ['a rule is too long for the search', { rule: `cat ${'x'.repeat(600)}` }, /a rule is too long/],
    ['it is too much', { many: 1_200 }, /more than 10 pages/],
  ])('is told to be a gap where %s', async (_, setting, reason) => {
    const {
      failures = [],
      resumeAfter = idOf(0),
      rule,
      many = 0,
    } = setting as Partial<{
      failures: number[];
      resumeAfter: string;
      rule: string;
      many: number;
    }>;
    server.serveLive();
    if (rule !== undefined) server.rules.splice(0, 1, { id: '1', value: rule, tag: 'gs:test:cats' });
    knows(...Array.from({ length: many }, (_each, i) => i / 100));
    server.plan(send([16]));
    const test = testContext({ resumeAfter, flags: { 'keep-rules': true } }, { postsPerDay: 10_000 });
    server.failures.push(...failures.map((status) => ({ status, body: {} })));

    await readUntil(test.context, test.counts, 'gaps', test.stop);

    expect(test.notices).toContainEqual(expect.stringMatching(reason));
  });
});

describe('the budget', () => {
  test('ends the reading after what had come, counts all of it, and begins anew the next day', async () => {
    server.plan(send([1, 2, 3, 4, 5]), send([6]));
    const { context, notices } = testContext({}, { postsPerDay: 3, postsPerMonth: 100 });

    const received = await read(context, 6);

    expect(secondsOf(received)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-11-21T00:00:00.000Z'));
    expect(notices).toContainEqual(
      expect.stringMatching(/^The budget does not allow more now \(5 of 3 posts of today/),
    );
  });

  test('is not spent on a search that it does not allow', async () => {
    knows(...Array.from({ length: 50 }, (_, i) => i / 10));
    server.serveLive();
    server.plan(send([16]));
    const { context, stop, counts } = testContext({ resumeAfter: idOf(0) }, { postsPerDay: 30 });

    await readUntil(context, counts, 'gaps', stop);

    expect(server.found()).toBeLessThanOrEqual(29);
    expect(server.found()).toBeGreaterThan(0);
  });

  test('is not spent afterwards on what was left out to save it', async () => {
    server.plan(send([1, 2, 3]), send([90_000]));
    knows(10, 20, 30);
    const { context } = testContext({}, { postsPerDay: 3 });

    await read(context, 4);
    await clock.runUntil(clock.now() + 60_000);

    expect(server.searches).toEqual([]);
  });

  test('of a month is waited for, however long', async () => {
    server.plan(send([1, 2]), send([3]));
    const { context } = testContext({}, { postsPerMonth: 2 });

    await read(context, 3);

    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-12-01T00:00:00.000Z'));
  });
});

test('a single round is a search', async () => {
  server.searchable.push({ id: xId(NOW_MS - 60_000), text: 'cat 1' }, { id: xId(NOW_MS - 3_600_000), text: 'cat 2' });
  const { context } = testContext({ once: true });

  expect(secondsOf(await read(context, 10))).toEqual([1]);
  expect(server.connectedAt).toEqual([]);
});

test('a kill at any moment and a restart leave no gap', async () => {
  const all = Array.from({ length: 12 }, (_, i) => i);
  for (const killedAfter of all.slice(1)) {
    server.searchable.splice(0);
    server.plan(send(all));
    const first = await read(testContext().context, killedAfter);
    knows(...all);
    server.plan(send([100]));
    const { context } = testContext({ resumeAfter: first.at(-1)?.cursor });
    const seen = new Set([...secondsOf(first), ...secondsOf(await read(context, 13))]);

    expect(seen.size).toBe(13);
  }
});
