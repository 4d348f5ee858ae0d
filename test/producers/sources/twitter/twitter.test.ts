import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readPreset } from '../../../../presets/preset-schema.ts';
import type { ReadContext, Received } from '../../../../producers/network/network.ts';
import { memoryStateStore } from '../../../../producers/network/state-store.ts';
import { SourceError } from '../../../../producers/source-error.ts';
import { twitter } from '../../../../producers/sources/twitter.ts';
import { drive } from '../../../support/networks/drive.ts';
import { readContext, take } from '../../../support/networks/read-context.ts';
import { xId, xLines, xMessage } from '../../../support/networks/x-posts.ts';
import { xServer, type StreamScript, type XServer } from '../../../support/networks/x-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const SECOND_MS = 1_000;

let clock: VirtualClock;
let server: XServer;

beforeEach(async () => {
  clock = virtualClock(NOW_MS);
  server = await xServer();
  server.rules.push({ id: '1', value: '(cat OR #cat)', tag: 'gs:test:cats' });
});

afterEach(() => server.close());

function testContext(overrides: Partial<ReadContext> = {}) {
  return readContext(clock, {
    addresses: { TWITTER_API_URL: server.url },
    credentials: { values: { TWITTER_BEARER_TOKEN: 'token' }, renew: async () => undefined },
    clock: { now: clock.now, wait: clock.wait, random: () => 0 },
    ...overrides,
  });
}

/** A post that was written so many seconds after now. */
function message(second: number): object {
  return xMessage(xId(NOW_MS + second * SECOND_MS), `cat ${second}`);
}

function send(seconds: readonly number[], end: 'close' | 'break' | 'silence' = 'close'): StreamScript {
  return { kind: 'send', chunks: [xLines(seconds.map(message))], end };
}

function refuse(status: number, body?: unknown, headers?: Record<string, string>): StreamScript {
  return { kind: 'refuse', status, body, ...(headers !== undefined && { headers }) };
}

async function read(context: ReadContext, count: number): Promise<Received[]> {
  return drive(clock, take(twitter, context, count), () => server.isIdle());
}

function textsOf(received: readonly Received[]): unknown[] {
  return received.map(({ payload }) => Reflect.get(Object(Reflect.get(Object(payload), 'data')), 'text'));
}

function connects(): number {
  return server.requests.filter((request) => request === 'GET /2/tweets/search/stream').length;
}

describe('a reader of X', () => {
  test('reads on over connections that close, break and fall silent', async () => {
    server.plan(send([1, 2]), send([3], 'break'), send([4, 5], 'silence'), send([6]));
    const { context } = testContext();

    expect(textsOf(await read(context, 6))).toEqual([1, 2, 3, 4, 5, 6].map((i) => `cat ${i}`));
  });

  test('has for cursor the newest id so far, as posts come out of order', async () => {
    server.plan(send([5, 3, 9, 1]));
    const { context } = testContext();

    const received = await read(context, 4);

    expect(received.map(({ cursor }) => cursor)).toEqual([5, 5, 9, 9].map((s) => xId(NOW_MS + s * SECOND_MS)));
  });

  test('searches for what was missed, from a little before where it was, and takes each post with all its tags', async () => {
    const preset = readPreset({
      name: 'test',
      description: 'a test',
      sources: ['twitter'],
      topics: [
        { name: 'cats', keywords: ['cat'] },
        { name: 'sleep', keywords: ['sleeping'] },
      ],
    });
    const missed = [-20, -10, 2, 4, 6].map((second) => ({
      id: xId(NOW_MS + second * SECOND_MS),
      text: 'a sleeping cat',
    }));
    server.searchable.push(...missed.toReversed());
    server.plan(send([8]));
    const { context } = testContext({ preset, resumeAfter: xId(NOW_MS) });

    const received = await read(context, 5);

    expect(received.slice(0, 4).map(({ payload }) => payload)).toEqual(
      missed.slice(1).map((data) => ({
        data,
        includes: undefined,
        matching_rules: [
          { id: '', tag: 'gs:test:cats' },
          { id: '', tag: 'gs:test:sleep' },
        ],
      })),
    );
    expect(textsOf(received)[4]).toBe('cat 8');
  });

  test('goes on without what the search cannot give, and says so', async () => {
    server.plan(send([1]));
    server.rules.splice(0);
    const { context, notices, counts } = testContext({ resumeAfter: xId(NOW_MS), flags: { 'keep-rules': true } });
    server.failures.push({ status: 403, body: { title: 'Forbidden' } });

    expect(await read(context, 1)).toHaveLength(1);
    expect(counts.get('gaps')).toBe(1);
    expect(notices.at(-1)).toMatch(/^What was missed cannot be searched for \(X does not allow/);
  });

  test('searches again where the search fails in a way that passes, and takes what came meanwhile after it', async () => {
    server.plan(send([8]));
    server.searchable.push({ id: xId(NOW_MS + SECOND_MS), text: 'a missed cat' });
    const { context, counts } = testContext({ resumeAfter: xId(NOW_MS), flags: { 'keep-rules': true } });
    server.failures.push({ status: 503, body: '<html>' }, { status: 429, body: {} });

    expect(textsOf(await read(context, 2))).toEqual(['a missed cat', 'cat 8']);
    expect(clock.now() - NOW_MS).toBe(25 * SECOND_MS);
    expect(counts.get('gaps')).toBeUndefined();
  });

  test('tells of a gap where the search fails for a minute and a half', async () => {
    server.plan(send([8]));
    const { context, notices, counts } = testContext({ resumeAfter: xId(NOW_MS), flags: { 'keep-rules': true } });
    server.failures.push(...Array.from({ length: 4 }, () => ({ status: 503, body: {} })));

    expect(textsOf(await read(context, 1))).toEqual(['cat 8']);
    expect(clock.now() - NOW_MS).toBe(85 * SECOND_MS);
    expect(counts.get('gaps')).toBe(1);
    expect(notices.at(-1)).toBe('What was missed cannot be searched for (X answers 503).');
  });

  test('makes the rules those of the preset before it reads, and leaves those of others', async () => {
    server.rules.splice(0, 1, { id: '7', value: 'dog', tag: 'mine' }, { id: '8', value: 'fish', tag: 'gs:test:fish' });
    server.plan(send([1]));
    const { context, notices } = testContext();

    await read(context, 1);

    expect(server.rules.map(({ value, tag }) => [value, tag])).toEqual([
      ['dog', 'mine'],
      ['(cat OR #cat)', 'gs:test:cats'],
    ]);
    expect(notices).toContain('2 rules at X were changed to those of the preset.');
  });

  test('changes no rule where all are as they should be', async () => {
    server.plan(send([1]));

    await read(testContext().context, 1);

    expect(server.requests).not.toContain('POST /2/tweets/search/stream/rules');
  });

  test('sets the rules again where X has lost them', async () => {
    server.plan(refuse(409, { title: 'Conflict' }), send([1]));
    const { context } = testContext();

    await read(context, 1);

    expect(server.requests.filter((request) => request === 'GET /2/tweets/search/stream/rules')).toHaveLength(2);
  });

  test('ends with a sentence where X refuses a rule of the preset, before anything is changed', async () => {
    server.rules.splice(0, 1, { id: '8', value: 'fish', tag: 'gs:test:fish' });
    server.refused.set('(cat OR #cat)', 'Rules must contain a standalone term');

    await expect(read(testContext().context, 1)).rejects.toThrow(
      new SourceError('X refuses the rule "(cat OR #cat)" of the preset: Rules must contain a standalone term.'),
    );
    expect(server.rules).toHaveLength(1);
  });

  test('leaves out posts that only rules of others match, and counts them', async () => {
    const foreign = { ...message(1), matching_rules: [{ id: '9', tag: 'gs:other:dogs' }] };
    server.plan({ kind: 'send', chunks: [xLines([foreign, message(2)])], end: 'close' });
    const { context, counts } = testContext();

    expect(textsOf(await read(context, 1))).toEqual(['cat 2']);
    expect(counts.get('posts of other rules')).toBe(1);
  });

  test('reads nothing more than the budget allows, and goes on the next day', async () => {
    const twitterBudget = { postsPerDay: 3, postsPerMonth: 100, dollarsPerPost: 0.005, whenShort: 'stop' } as const;
    const { context, notices } = testContext();
    server.plan(send([1, 2, 3, 4, 5]), send([6]));

    const received = await read({ ...context, preset: { ...context.preset, twitterBudget } }, 4);

    expect(textsOf(received)).toEqual(['cat 1', 'cat 2', 'cat 3', 'cat 6']);
    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-11-21T00:00:00.000Z'));
    expect(notices).toContainEqual(
      expect.stringMatching(/^The budget does not allow more now \(3 of 3 posts of today/),
    );
  });

  test('reads once by search alone', async () => {
    server.searchable.push(
      { id: xId(NOW_MS - 60_000), text: 'a cat' },
      { id: xId(NOW_MS - 3_600_000), text: 'an old cat' },
    );
    const { context } = testContext({ once: true });

    expect(textsOf(await read(context, 10))).toEqual(['a cat']);
    expect(connects()).toBe(0);
  });
});

describe('X is connected to again', () => {
  /** When the attempts were made, in seconds after the first. */
  async function attempts(scripts: readonly StreamScript[], context = testContext().context): Promise<number[]> {
    server.plan(...scripts, send([1]));
    const state = memoryStateStore();
    await read({ ...context, state, flags: { 'keep-rules': true, 'skip-gaps': true } }, 1);
    const times = (await state.read('connects')) as number[];
    return times.map((ms) => (ms - NOW_MS) / SECOND_MS);
  }

  test('after 5 s, 10 s, 20 s where it answers with errors', async () => {
    expect(await attempts([refuse(503), refuse(500, '<html>'), refuse(502)])).toEqual([0, 5, 15, 35]);
  });

  test('after a minute, two, four where it is asked too often and says no time', async () => {
    const body = { errors: [{ code: 88, message: 'Rate limit exceeded' }] };

    expect(await attempts([refuse(429, body), refuse(429, 'Too many'), refuse(429)])).toEqual([0, 60, 180, 420]);
  });

  test('when it says, where it does', async () => {
    const reset = {
      'x-rate-limit-limit': '50',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(NOW_MS / 1_000 + 300),
    };

    expect(await attempts([refuse(429, {}, reset)])).toEqual([0, 300]);
  });

  test('at once after a drop, then as after errors: a server that takes and drops makes no storm', async () => {
    const error = { errors: [{ title: 'operational-disconnect' }] };
    const drop: StreamScript = { kind: 'send', chunks: [xLines([error])], end: 'close' };

    expect(await attempts([drop, drop, drop, drop])).toEqual([0, 0, 5, 15, 35]);
  });

  test('half a minute and a quarter of a second after one that is never answered', async () => {
    expect(await attempts([{ kind: 'hang' }, { kind: 'hang' }])).toEqual([0, 30.25, 60.75]);
  });

  test('after X has ended all connections, where one stays in the way', async () => {
    const taken = { title: 'ConnectionException', connection_issue: 'TooManyConnections' };
    const { context, notices } = testContext();

    expect(await attempts([refuse(429, taken), refuse(429, taken)], context)).toEqual([0, 60, 180]);
    expect(server.requests.filter((request) => request === 'DELETE /2/connections/all')).toHaveLength(1);
    expect(notices).toContain('Asking X to end all connections of this app.');
  });

  test('no more than 50 times in 15 minutes, also by one program after the other', async () => {
    const state = memoryStateStore();
    const error = { errors: [{ title: 'operational-disconnect' }] };
    const drop: StreamScript = { kind: 'send', chunks: [xLines([message(1), error])], end: 'close' };
    for (let run = 0; run < 60; run++) {
      server.plan(drop);
      const { context } = testContext({ state, flags: { 'keep-rules': true, 'skip-gaps': true } });
      await read(context, 1);
    }

    expect(connects()).toBe(60);
    expect(clock.now() - NOW_MS).toBeGreaterThan(9 * 60_000);
  });
});

test.each([
  [401, { title: 'Unauthorized' }, /does not know the token \(401\): set TWITTER_BEARER_TOKEN/],
  [402, { title: 'CreditsDepleted', type: 'https://api.twitter.com/2/problems/credits' }, /credits at X are used up/],
  [403, { title: 'Forbidden' }, /does not allow this app/],
  [429, { title: 'UsageCapExceeded', type: 'https://api.x.com/2/problems/usage-capped' }, /monthly cap/],
])('an answer %d that only a person can put right ends the reading with a sentence', async (status, body, sentence) => {
  server.plan(refuse(status, body));

  await expect(read(testContext().context, 1)).rejects.toThrow(sentence);
});

test('a kill at any moment and a restart leave no gap', async () => {
  const all = Array.from({ length: 12 }, (_, i) => i);
  for (const killedAfter of all.slice(1)) {
    server.searchable.splice(0);
    server.plan(send(all));
    const first = await read(testContext().context, killedAfter);
    const posts = all.map((second) => ({ id: xId(NOW_MS + second * SECOND_MS), text: `cat ${second}` }));
    server.searchable.push(...posts.toReversed());
    server.plan(send([100], 'silence'));
    const cursor = first.at(-1)?.cursor;
    const seen = new Set(textsOf(first));
    const { context } = testContext({ resumeAfter: cursor });
    for (const text of textsOf(await read(context, 13))) seen.add(text);

    expect(seen.size).toBe(13);
  }
});
