import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import { hackernews } from '../../../../producers/sources/hackernews.ts';
import { take } from '../../../support/networks/read-context.ts';
import { REQUEST_TIMEOUT_MS, virtualHttp } from '../../../support/networks/virtual-http.ts';
import { ids, makeWorld, MINUTE_MS, NOW_MS, story, type World } from './world.ts';

const PAUSE_MS = 5_000;

let { clock, server, context, read, addStories } = {} as World;

beforeEach(async () => {
  ({ clock, server, context, read, addStories } = await makeWorld());
});

afterEach(() => server.close());

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Waits but for those that give up a request. */
function pauses(): number[] {
  return clock.waits.filter((ms) => ms !== REQUEST_TIMEOUT_MS);
}

const item = (id: number): string => `/v0/item/${id}.json`;

describe('a walk through Hacker News', () => {
  test('goes on after the cursor, in order', async () => {
    addStories(1, 60);

    const received = await read(context({ resumeAfter: '20' }), 40);

    expect(ids(received)).toEqual(range(21, 60));
    expect(received.map(({ cursor }) => cursor)).toEqual(range(21, 60).map(String));
  });

  test('asks for ten items at once', async () => {
    addStories(1, 60);
    const ask = virtualHttp(clock);
    let [open, most] = [0, 0];
    const http: typeof ask = async (request, signal) => {
      most = Math.max(most, ++open);
      return ask(request, signal).finally(() => open--);
    };

    await read(context({ resumeAfter: '20', http }), 40);

    expect(most).toBe(10);
  });

  test.each([[undefined], ['soon'], ['-7']])('begins a hundred items back with the cursor %s', async (resumeAfter) => {
    addStories(1, 500);

    expect(ids(await read(context({ resumeAfter }), 100))).toEqual(range(401, 500));
  });

  test('does not wait for an item that is not written yet, but its cursor does', async () => {
    addStories(1, 5);
    server.items.delete(2);
    const reading = context({ resumeAfter: '0' });
    const writing = clock.sleep(MINUTE_MS).then(() => addStories(2, 6));

    const received = await read(reading, 6);
    await writing;

    expect(ids(received)).toEqual([1, 3, 4, 5, 2, 6]);
    expect(received.map(({ cursor }) => cursor)).toEqual(['1', '1', '1', '1', '5', '6']);
    expect(reading.counts.get('items never written')).toBeUndefined();
  });

  test('passes an item that cannot be read for ten minutes, and counts it', async () => {
    addStories(1, 30);
    server.disturb(
      item(25),
      ...Array.from({ length: 200 }, () => ({ kind: 'answer', status: 500, body: {} }) as const),
    );
    const reading = context({ resumeAfter: '20' });

    expect(ids(await read(reading, 9))).toEqual([...range(21, 24), ...range(26, 30)]);
    expect(reading.counts.get('items that cannot be read')).toBe(1);
    expect(clock.now() - NOW_MS).toBeGreaterThanOrEqual(10 * MINUTE_MS);
  });

  test('passes an item that is not written for ten minutes, and counts it', async () => {
    addStories(1, 3);
    server.items.delete(2);
    const reading = context({ resumeAfter: '0' });
    const adding = [10 * MINUTE_MS - 1, 10 * MINUTE_MS + 2 * PAUSE_MS].map((ms, i) =>
      clock.sleep(ms).then(() => addStories(4 + i, 4 + i)),
    );

    const received = await read(reading, 4);
    await Promise.all(adding);

    expect(ids(received)).toEqual([1, 3, 4, 5]);
    expect(received[1]?.cursor).toBe('1');
    expect(received[3]?.cursor).toBe('5');
    expect(reading.counts.get('items never written')).toBe(1);
    expect(server.asked.filter(({ path }) => path === item(2))).toHaveLength(121);
  });

  test('waits where too many items are not written', async () => {
    server.setMax(5_000);
    const reading = context({ resumeAfter: '0' });
    const ending = clock.sleep(9 * MINUTE_MS).then(() => reading.stop.abort());

    expect(await read(reading, 1)).toEqual([]);
    await ending;
    // Ten more may be on their way when it stops.
    expect(new Set(server.asked.map(({ path }) => path)).size).toBeLessThanOrEqual(1_000 + 10 + 2);
  });

  test('loses nothing over a kill after any number of items', async () => {
    addStories(1, 30);
    server.items.delete(7);
    for (let count = 1; count < 29; count++) {
      const before = await read(context({ resumeAfter: '0' }), count);
      server.items.set(7, story(7));
      const after = await read(context({ resumeAfter: before.at(-1)?.cursor ?? '0', once: true }), Infinity);
      server.items.delete(7);

      expect(new Set([...ids(before), ...ids(after)])).toEqual(new Set(range(1, 30)));
    }
  });

  test('read once ends with what there was', async () => {
    addStories(1, 5);

    expect(ids(await read(context({ resumeAfter: '0', once: true }), Infinity))).toEqual(range(1, 5));
    expect(pauses()).toEqual([]);
  });

  test('asks for new items every five seconds', async () => {
    addStories(1, 1);
    const adding = clock.sleep(17_000).then(() => addStories(2, 2));

    await read(context({ resumeAfter: '0' }), 2);
    await adding;

    expect(pauses()).toEqual([PAUSE_MS, PAUSE_MS, PAUSE_MS, PAUSE_MS]);
  });
});

describe('a walk over a server in trouble', () => {
  test('waits longer after each failure, and no more than a minute', async () => {
    const down = { kind: 'answer', status: 503, body: '<h1>503</h1>' } as const;
    server.disturb('/v0/maxitem.json', ...Array.from({ length: 8 }, () => down));
    addStories(1, 1);
    const reading = context({ resumeAfter: '0' });

    await read(reading, 1);

    expect(pauses()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(reading.notices[0]).toBe('Hacker News answers 503; trying again in 1 s.');
    expect(reading.counts.get('failed rounds')).toBe(8);
  });

  test.each([
    ['with a time', { 'retry-after': '120' }, 120_000],
    ['without one', {}, 1_000],
  ])('is asked again later where it is asked too often, %s', async (_, headers, waitMs) => {
    server.disturb('/v0/maxitem.json', { kind: 'answer', status: 429, headers, body: {} });
    addStories(1, 1);

    await read(context({ resumeAfter: '0' }), 1);

    expect(pauses()).toEqual([waitMs]);
  });

  test.each([
    ['a status', { kind: 'answer', status: 500, body: 'no' }],
    ['HTML', { kind: 'answer', body: '<html>' }],
    ['half an answer', { kind: 'cut' }],
    ['no answer', { kind: 'hang' }],
  ] as const)('delivers every item in order over %s in the middle', async (_, disturbance) => {
    addStories(1, 30);
    server.disturb(item(7), disturbance);
    server.disturb(item(20), disturbance, disturbance);
    server.disturb('/v0/maxitem.json', disturbance);

    const received = await read(context({ resumeAfter: '0' }), 30);

    expect(ids(received)).toEqual(range(1, 30));
    expect(pauses()).toHaveLength(4);
  });

  test.each([
    ['a maximum that is none', '/v0/maxitem.json', '5'],
    ['updates that are none', '/v0/updates.json', []],
  ])('goes on over %s', async (_, path, body) => {
    server.disturb(path, { kind: 'answer', body: JSON.stringify(body) });
    addStories(1, 2);
    const reading = context({ resumeAfter: '0' });
    const adding = clock.sleep(MINUTE_MS).then(() => addStories(3, 3));

    expect(ids(await read(reading, 3))).toEqual([1, 2, 3]);
    await adding;
    expect(reading.counts.get('failed rounds')).toBe(1);
  });

  test('that refuses it tells a person what to do', async () => {
    server.disturb('/v0/maxitem.json', { kind: 'answer', status: 401, body: { error: 'Permission denied' } });

    await expect(read(context(), 1)).rejects.toThrow(
      new SourceError('Hacker News refuses us (401): set HACKERNEWS_API_URL to an address that anybody may read.'),
    );
  });

  test('ends when it is told to, also while it waits', async () => {
    server.disturb('/v0/maxitem.json', { kind: 'answer', status: 503, body: '' });
    const reading = context();
    const done = take(hackernews, reading.context, 1);
    while (reading.notices.length === 0) await clock.settle();

    reading.stop.abort();

    expect(await done).toEqual([]);
  });
});
