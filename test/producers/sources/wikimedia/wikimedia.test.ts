import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { wikimedia } from '../../../../producers/sources/wikimedia.ts';
import { take } from '../../../support/networks/read-context.ts';
import { change, changes, CODFW, cuts, idAt, LONG_AGO, nameOf, NOW_MS, setUp, type Stage } from './set-up.ts';

let { clock, server, context, read, names } = {} as Stage;

beforeEach(async () => {
  ({ clock, server, context, read, names } = await setUp());
});

afterEach(() => server.close());

const all = (count: number): string[] => Array.from({ length: count }, (_, i) => `c${i}`);

describe('a reader of EventStreams', () => {
  test('goes on after the event where the last run was stored, a little earlier, in topics without events, too', async () => {
    server.add(...changes(20));

    const received = await read(context({ resumeAfter: idAt(10_000) }), 16);

    expect(received.map(({ payload }) => nameOf(payload))).toEqual(all(20).slice(4));
    expect(JSON.parse(server.asked[0]?.lastEventId ?? '')).toEqual([
      expect.objectContaining({ timestamp: NOW_MS - 15_000 }),
      { topic: CODFW, partition: 0, timestamp: NOW_MS - 15_000 },
    ]);
    expect(received.at(-1)?.cursor).toBe(idAt(-1));
    expect(server.asked[0]).toMatchObject({ path: '/v2/stream/recentchange', agent: 'test' });
  });

  test('without a last run, begins now', async () => {
    server.add(...changes(3));
    const reading = read(context(), 1);
    while (server.isIdle()) await clock.settle();
    server.add(change('new'));

    expect((await reading).map(({ payload }) => nameOf(payload))).toEqual(['new']);
    expect(server.asked[0]?.lastEventId).toBeUndefined();
  });

  test('delivers every change once over connections that break at any place', async () => {
    server.add(...changes(50));
    server.plan(...cuts(0, 3, 20, 20, 0, 40));

    expect(await names(context({ resumeAfter: LONG_AGO }), 50)).toEqual(all(50));
  });

  test.each([1, 2, 3, 4])('cut after %i, loses no change of the same moment or stored out of order', async (after) => {
    server.add(change('a', 10), change('b', 10), change('c', 30), change('d', 10), change('e'));
    server.plan(...cuts(after));

    expect(await names(context({ resumeAfter: LONG_AGO }), 5)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('loses no change of a topic that had none before', async () => {
    server.add(change('first', 20_000), { ...change('other', 10_000), topic: CODFW }, change('last'));
    server.plan(...cuts(1));

    expect(await names(context({ resumeAfter: LONG_AGO }), 3)).toEqual(['first', 'other', 'last']);
  });

  test('delivers the same where the connection breaks in any line and character', async () => {
    server.add(...changes(2));
    const bytes = Buffer.byteLength(changes(2)[1]?.data ?? '') + 200;
    server.plan(...Array.from({ length: bytes }, (_, i) => ({ kind: 'cut', after: 1, bytes: i }) as const));

    const received = await read(context({ resumeAfter: LONG_AGO }), 2);

    expect(received.map(({ payload }) => payload)).toEqual(changes(2).map(({ data }) => JSON.parse(data)));
    expect(server.asked.length).toBeGreaterThan(200);
  });

  test.each([1, 2, 3, 7])('delivers the same in chunks of %i bytes', async (chunkBytes) => {
    server.add(...changes(5));
    server.plan({ kind: 'serve', chunkBytes });

    const received = await read(context({ resumeAfter: LONG_AGO }), 5);

    expect(received.map(({ payload }) => payload)).toEqual(changes(5).map(({ data }) => JSON.parse(data)));
  });

  test('killed after any change and started again, misses none', async () => {
    // Read once, it ends with the one that is later than any start.
    const stored = [...changes(8), change('same'), change('before', 500), change('end', -3_600_000)];
    server.add(...stored);
    await clock.runUntil(NOW_MS + 1_000);
    for (let killedAfter = 1; killedAfter <= stored.length; killedAfter++) {
      const before = await read(context({ resumeAfter: LONG_AGO }), killedAfter);
      const after = await read(context({ resumeAfter: before.at(-1)?.cursor, once: true }), 100);

      const received = [...before, ...after].map(({ payload }) => nameOf(payload));
      expect(new Set(received), `killed after ${killedAfter}`).toEqual(new Set([...all(8), 'same', 'before', 'end']));
    }
  });

  test('says with each change where to go on after it', async () => {
    server.add(change('a', 1_000), change('b'));

    const cursors = (await read(context({ resumeAfter: LONG_AGO }), 2)).map(({ cursor }) => cursor);

    expect(cursors).toEqual([idAt(999), idAt(-1)]);
  });

  test('leaves out what bots write, and counts it', async () => {
    const changed = [change('a', 3_000), change('bot', 2_000, { bot: true }), change('b', 1_000, { bot: 'yes' })];
    server.add(...changed);
    const reading = context({ resumeAfter: LONG_AGO });

    expect(await names(reading, 2)).toEqual(['a', 'b']);
    expect(reading.counts.get('edits of bots')).toBe(1);
    expect(await names(context({ resumeAfter: LONG_AGO, flags: { bots: true } }), 3)).toEqual(['a', 'bot', 'b']);
  });

  test('hands data that is no JSON on as a text', async () => {
    server.add({ timestamp: NOW_MS, data: '{"half":' }, change('b'));

    const received = await read(context({ resumeAfter: LONG_AGO }), 2);

    expect(received[0]).toEqual({ payload: '{"half":', cursor: idAt(-1) });
  });

  test.each([
    ['', { bot: false }, ['a', 'now']],
    [', also if that is of a bot', { bot: true }, ['a']],
  ])('read once ends with the first change as new as its start%s', async (_, fields, expected) => {
    server.add(change('a', 1_000), change('now', 0, fields), change('later', -1_000));

    expect(await names(context({ resumeAfter: LONG_AGO, once: true }), 100)).toEqual(expected);
  });

  test('ends when it is told to, while it waits and while it listens', async () => {
    server.plan({ kind: 'refuse', status: 503 });
    const waiting = context();
    const done = take(wikimedia, waiting.context, 1);
    while (waiting.notices.length === 0) await clock.settle();
    waiting.stop.abort();
    expect(await done).toEqual([]);

    const listening = context();
    const ended = take(wikimedia, listening.context, 1);
    while (server.isIdle()) await clock.settle();
    listening.stop.abort();
    expect(await ended).toEqual([]);
    expect(listening.notices).toEqual([]);
  });
});
