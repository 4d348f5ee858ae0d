import { describe, expect, test } from 'vitest';

import { liveRowKey } from '../../../storage/live-row.ts';
import { TransientStoreError } from '../../../storage/errors.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';
import { reasons, trendsWorld } from '../../support/trends-world.ts';

const NOW = '2026-11-20T17:39:00.000Z';
const good = (n: number) => makePost({ id: `twitter:${n}`, hashtags: ['cats'] });

describe('a batch', () => {
  test('is stored before its minutes are marked, and marked before it is done', async () => {
    const world = trendsWorld(NOW);
    const steps: string[] = [];
    world.stores.onStep = (step) => void steps.push(step);

    expect(await world.write([good(1), good(2)])).toEqual([]);

    expect(steps).toEqual(['before live.put', 'after live.put', 'before marks.add', 'after marks.add']);
    expect(world.stores.markNames()).toEqual(['live#twitter 2026-11-20T17:38#0']);
  });

  test.each(['before live.put', 'after live.put', 'before marks.add', 'after marks.add'] as const)(
    'S0-14 S0-23 that fails %s is retried from its first record, and the retry leaves nothing out and nothing double',
    async (failing) => {
      const calm = trendsWorld(NOW);
      await calm.write([good(1), good(2), makeDelete({ id: 'twitter:2' })]);
      const world = trendsWorld(NOW);
      world.stores.onStep = (step) => {
        if (step === failing) throw new TransientStoreError('no answer');
      };

      expect(await world.write([good(1), good(2), makeDelete({ id: 'twitter:2' })], 7)).toEqual(['7']);
      world.stores.onStep = () => undefined;
      expect(await world.write([good(1), good(2), makeDelete({ id: 'twitter:2' })], 7)).toEqual([]);

      for (const each of [calm, world]) {
        each.nowMs = Date.parse('2026-11-20T18:00:03.000Z');
        await each.aggregateAll();
      }
      expect(world.stores.tables()).toEqual(calm.stores.tables());
    },
  );

  test('S0-13 a poison record is kept whole once however often it comes, and blocks and inflates nothing', async () => {
    const world = trendsWorld(NOW);
    const poison = '{"v":1,"id":';

    for (let delivery = 0; delivery < 3; delivery++) expect(await world.write([good(1), poison, good(2)])).toEqual([]);

    expect([...world.rejected.keys()]).toEqual(['rejected/2026-11-20/shardId-000000000000/1.json']);
    expect(Buffer.from([...world.rejected.values()][0]?.data ?? []).toString()).toBe(poison);
    world.nowMs += 60_000;
    expect((await world.aggregate('minute')).windows).toMatchObject([{ events: 2 }]);
  });
});

test.each([
  ['not JSON', 'nonsense', 'not_json'],
  ['not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'not_utf8'],
  ['of another version', { ...makePost(), v: 2 }, 'unsupported_version'],
  ['without a time', { v: 1, id: 'twitter:1', source: 'twitter', kind: 'post', text: '' }, 'invalid_event'],
  ['with a control character in its id', makePost({ id: 'twitter:a\u0007b' }), 'invalid_event'],
  ['with a negative count', makePost({ metrics: { likes: -1 } }), 'invalid_event'],
  ['of the year 1', makePost({ created_at: '0001-01-01T00:00:00.000Z' }), 'created_before_2006'],
  ['of the year 9999', makePost({ created_at: '9999-01-01T00:00:00.000Z' }), 'created_in_future'],
] as const)('a record that is %s is rejected as such, and its neighbours are stored', async (_, payload, reason) => {
  const world = trendsWorld(NOW);

  await world.write([good(1), payload, good(2)]);

  expect(reasons(world)).toEqual([reason]);
  expect(world.counts).toMatchObject([{ written: 2, rejected: { [reason]: 1 } }]);
});

test('a text of 1 MiB is cut, not rejected', async () => {
  const world = trendsWorld(NOW);

  await world.write([makePost({ text: 'word '.repeat(200_000) })]);

  expect(world.counts).toMatchObject([{ written: 1, rejected: {} }]);
});

test('a hashtag of 10,000 characters is no keyword, and its post counts', async () => {
  const world = trendsWorld(NOW);

  await world.write([makePost({ hashtags: ['x'.repeat(10_000), 'cats'] })]);
  world.nowMs += 60_000;

  expect((await world.aggregate('minute')).windows).toMatchObject([{ events: 1, keywords: 1 }]);
});

test('an event that is too late for its window is counted and not stored', async () => {
  const world = trendsWorld('2026-11-22T17:38:00.000Z');

  await world.write([good(1)]);

  expect(world.counts).toMatchObject([{ written: 0, tooLate: 1 }]);
  expect(world.stores.markNames()).toEqual([]);
});

test('the row that --wait looks for is the row that is written', async () => {
  const world = trendsWorld(NOW);

  await world.write([good(1)]);

  const { observations } = await world.stores.live.readMinute('twitter', '2026-11-20T17:38', 1);
  expect(observations.map(({ eventKey }) => eventKey)).toEqual([liveRowKey(good(1), 1).event_key]);
});
