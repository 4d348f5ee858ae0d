import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ReadContext, Received } from '../../../../producers/network/network.ts';
import { memoryStateStore } from '../../../../producers/network/state-store.ts';
import { SourceError } from '../../../../producers/source-error.ts';
import { xId, xLines, xMessage } from '../../../support/networks/x-posts.ts';
import type { StreamScript, XServer } from '../../../support/networks/x-server.ts';
import { makeWorld, NOW_MS, SECOND_MS, type World } from './world.ts';

let server: XServer;
let world: World;

beforeEach(async () => {
  world = await makeWorld();
  ({ server } = world);
});

afterEach(() => server.close());

function testContext(overrides: Partial<ReadContext> = {}) {
  return world.context(overrides);
}

/** A post that was written so many seconds after now. */
function message(second: number): object {
  return xMessage(xId(NOW_MS + second * SECOND_MS), `cat ${second}`);
}

function send(seconds: readonly number[], end: 'close' | 'break' | 'silence' | 'alive' = 'close'): StreamScript {
  return { kind: 'send', chunks: [xLines(seconds.map(message))], end };
}

function refuse(status: number, body?: unknown, headers?: Record<string, string>): StreamScript {
  return { kind: 'refuse', status, body, ...(headers !== undefined && { headers }) };
}

function read(context: ReadContext, count: number): Promise<Received[]> {
  return world.read(context, count);
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

  test('after X has ended the connections of the app, where one stays in the way', async () => {
    const taken = { title: 'ConnectionException', connection_issue: 'TooManyConnections' };
    const { context, notices } = testContext();

    expect(await attempts([refuse(429, taken), refuse(429, taken)], context)).toEqual([0, 60, 180]);
    expect(server.requests.filter((request) => request === 'DELETE /2/connections/filtered_stream')).toHaveLength(1);
    expect(notices).toContain('Asking X to end the connections of this app to the stream.');
  });

  test('though X does not end the connections that are in the way', async () => {
    const taken = { title: 'ConnectionException', connection_issue: 'TooManyConnections' };
    const { context } = testContext();
    server.failures.push({ status: 404, body: { title: 'Not Found Error' } });

    expect(await attempts([refuse(429, taken), refuse(429, taken)], context)).toEqual([0, 60, 180]);
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
    for (const [i, ms] of server.connectedAt.entries())
      expect(server.connectedAt.slice(i).filter((other) => other < ms + 15 * 60_000).length).toBeLessThanOrEqual(50);
  });
});

test('an app without rules needs a person where its rules are to be kept', async () => {
  server.plan(refuse(409, { title: 'Conflict' }));

  await expect(read(testContext({ flags: { 'keep-rules': true } }).context, 1)).rejects.toThrow(
    new SourceError('X has no rules to filter by: leave --keep-rules away, or make some.'),
  );
  expect(server.requests).not.toContain('GET /2/tweets/search/stream/rules');
});

test('rules that are never answered are asked for again', async () => {
  server.failures.push({ status: 0, body: '' });
  server.plan(send([1]));
  const { context, notices } = testContext();

  expect(await read(context, 1)).toHaveLength(1);
  expect(notices).toContain('X takes the connection and does not answer; connecting again in 0.3 s.');
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
