import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseMillionths } from '../../../core/event-score.ts';
import { windowAt, windowOfKey } from '../../../core/windows.ts';
import { makePost } from '../../support/make-event.ts';
import { randomEvents } from '../../support/random-events.ts';
import { expectFormula, ranking } from '../../support/formula.ts';
import { trendsWorld } from '../../support/trends-world.ts';

const HOUR_MS = 3_600_000;
const WINDOWS = ['2026-11-20T16:17', '2026-11-20T16:59', '2026-11-20T17:30'].flatMap((time) =>
  (['minute', '5-minute', 'hour'] as const).map((name) => windowAt(name, Date.parse(`${time}:00.000Z`))),
);

test('S0-19 a minute that is still open is not aggregated; once closed it is, whole', async () => {
  const world = trendsWorld('2026-11-20T17:38:50.000Z');
  await world.write([makePost({ hashtags: ['cats'] })]);

  expect((await world.aggregate('minute')).windows).toEqual([]);
  await world.write([makePost({ id: 'twitter:2', hashtags: ['cats'] })]);
  world.nowMs = Date.parse('2026-11-20T17:39:03.000Z');

  expect((await world.aggregate('minute')).windows).toMatchObject([{ key_datetime: '2026-11-20T17:38', events: 2 }]);
});

test('S0-21 a boundary minute is in exactly one hour, and nothing of it stays behind', async () => {
  const world = trendsWorld('2026-11-20T19:00:03.000Z');
  await world.write([
    makePost({ created_at: '2026-11-20T18:00:00.000Z', observed_at: '2026-11-20T18:00:00.000Z', hashtags: ['cats'] }),
  ]);

  await world.aggregateAll();

  expect(await ranking(world, windowOfKey('hour', '2026-11-20T17:00'))).toEqual([]);
  expect(await ranking(world, windowOfKey('hour', '2026-11-20T18:00'))).toMatchObject([
    { key_word: 'cats', mentions: 1 },
  ]);
  expect(world.stores.markNames()).toEqual([]);
});

test('S0-18 S0-20 the score of a keyword is the sum over networks and minutes that its rank comes from', async () => {
  const world = trendsWorld('2026-11-20T18:00:03.000Z');
  await world.write([
    makePost({ hashtags: ['cats'], metrics: { likes: 10 } }),
    makePost({ id: 'reddit:1', source: 'reddit', hashtags: ['cats'], metrics: { score: 5 } }),
    makePost({ id: 'twitter:2', hashtags: ['cats'], created_at: '2026-11-20T17:00:00.000Z', metrics: { reposts: 3 } }),
    makePost({ id: 'twitter:3', hashtags: ['dogs'], metrics: { likes: 20 } }),
  ]);

  await world.aggregateAll();

  expect(await ranking(world, windowOfKey('hour', '2026-11-20T17:00'))).toMatchObject([
    { rank: 1, key_word: 'cats', score: parseMillionths('11.5'), mentions: 3 },
    { rank: 2, key_word: 'dogs', score: parseMillionths('7'), mentions: 1 },
  ]);
});

test('S0-22 a run reads what is marked, however much older rows there are', async () => {
  const reads = async (olderMinutes: number): Promise<number> => {
    const world = trendsWorld('2026-11-20T17:39:03.000Z');
    const older = Array.from({ length: olderMinutes }, (_, i) => {
      const time = new Date(Date.parse('2026-11-20T10:00:00.000Z') + i * 60_000).toISOString();
      return makePost({ id: `twitter:old-${i}`, created_at: time, observed_at: time, hashtags: ['old'] });
    });
    await world.write(older);
    await world.aggregate('hour');
    await world.aggregate('minute', { from: '2026-11-20T10:00', to: '2026-11-20T12:59' });
    await world.write([makePost({ hashtags: ['cats'] })], 1_000);
    world.stores.calls.clear();
    await world.aggregate('minute');
    return world.stores.calls.get('live.readMinute') ?? 0;
  };

  expect([await reads(1), await reads(150)]).toEqual([1, 1]);
});

test('S0-25 the schedule sends the literal placeholder where nobody replaces it, and the run needs no time', async () => {
  const world = trendsWorld('2026-11-20T17:40:00.000Z');
  await world.write([makePost({ hashtags: ['cats'] })]);

  const answer = await world.aggregate('minute', { scheduled_time: '<aws.scheduler.scheduled-time>' });

  expect(answer.windows).toHaveLength(1);
});

test('a late event is counted by the next run', async () => {
  const world = trendsWorld('2026-11-20T17:45:03.000Z');
  await world.write([makePost({ hashtags: ['cats'] })]);
  await world.aggregateAll();

  await world.write([makePost({ id: 'twitter:2', hashtags: ['cats'] })]);
  await world.aggregateAll();

  expect(await ranking(world, windowOfKey('minute', '2026-11-20T17:38'))).toMatchObject([{ mentions: 2 }]);
  expect(await ranking(world, windowOfKey('5-minute', '2026-11-20T17:40'))).toMatchObject([{ mentions: 2 }]);
});

test('minutes older than an hour wait for the tenth minute and go together', async () => {
  const world = trendsWorld('2026-11-20T20:01:03.000Z');
  await world.write([
    makePost({ hashtags: ['cats'] }),
    makePost({ id: 'reddit:1', source: 'reddit', hashtags: ['cats'] }),
  ]);

  expect((await world.aggregate('minute')).windows).toEqual([]);
  world.nowMs = Date.parse('2026-11-20T20:10:03.000Z');

  expect((await world.aggregate('minute')).windows).toMatchObject([{ events: 2 }]);
});

test('a schedule that was skipped is caught up: every five-minute window after the first event is there', async () => {
  const world = trendsWorld('2026-11-20T17:40:03.000Z');
  await world.write([makePost({ hashtags: ['cats'] })]);
  await world.aggregate('5-minute');
  expect(world.stores.markNames()).toContain('5-minute 2026-11-20T17:40');

  world.nowMs = Date.parse('2026-11-20T18:20:03.000Z');
  const { windows } = await world.aggregate('5-minute');

  expect(windows.map(({ key_datetime }) => key_datetime.slice(11))).toEqual(['17:40', '17:45', '17:50', '17:55']);
  expect(world.stores.markNames().filter((name) => name.startsWith('5-minute'))).toEqual([]);
});

test('a window that accepts no changes any more is left as it is, and its marks do not wait for ever', async () => {
  const world = trendsWorld('2026-11-20T18:00:03.000Z');
  await world.write([makePost({ hashtags: ['cats'] })]);
  await world.aggregateAll();
  const before = world.stores.tables();
  await world.write([makePost({ id: 'twitter:2', hashtags: ['cats'] })]);

  world.nowMs = Date.parse('2026-11-22T19:00:03.000Z');
  await world.aggregateAll();

  expect(world.stores.tables()).toEqual(before);
  expect(world.stores.markNames()).toEqual([]);
  const { windows } = await world.aggregate('hour', { from: '2026-11-20T17:00', to: '2026-11-20T17:00' });
  expect(windows).toMatchObject([{ status: 'too-late' }]);
});

test.each([
  ['just before its minute accepts no more', '2026-11-20T17:38', ['17:37:59', '18:00:03', '18:20:03']],
  ['in the last minute of an hour', '2026-11-20T17:59', ['17:58:59', '18:20:03', '18:40:03']],
])('an event that was accepted %s is in every table', async (_, minute, [acceptedAt, summedUpAt, rankedAt]) => {
  const timeOf = (time: string | undefined) => `2026-11-22T${time}.000Z`;
  const world = trendsWorld(timeOf(acceptedAt));
  const times = { created_at: `${minute}:40.000Z`, observed_at: `${minute}:45.000Z` };
  await world.write([makePost({ ...times, hashtags: ['cats'] })]);
  expect(world.counts).toMatchObject([{ written: 1, tooLate: 0 }]);

  // A turn of old minutes is missed; hours miss two after the one that sums their minutes up.
  world.nowMs = Date.parse(timeOf(summedUpAt));
  await world.aggregate('minute');
  world.nowMs = Date.parse(timeOf(rankedAt));
  await world.aggregateAll();

  for (const name of ['minute', '5-minute', 'hour'] as const) {
    const window = windowAt(name, Date.parse(times.created_at));
    expect(await ranking(world, window), name).toMatchObject([{ key_word: 'cats', mentions: 1 }]);
    const snapshot = await world.stores.snapshots.read(window);
    expect(snapshot?.snapshot.totals.events, name).toBe(1);
  }
  expect(world.stores.markNames()).toEqual([]);
});

test('rows written to more shards than are configured now are still counted', async () => {
  const world = trendsWorld('2026-11-20T17:40:00.000Z');
  world.settings = { ...world.settings, writeShards: 8 };
  await world.write(Array.from({ length: 20 }, (_, i) => makePost({ id: `twitter:${i}`, hashtags: ['cats'] })));
  world.settings = { ...world.settings, writeShards: 1 };

  await world.aggregate('minute');
  await world.write([makePost({ id: 'twitter:new', hashtags: ['cats'] })]);
  await world.aggregate('minute');

  expect(await ranking(world, windowOfKey('minute', '2026-11-20T17:38'))).toMatchObject([{ mentions: 21 }]);
});

describe('on request', () => {
  test('each window asked for is answered: finished, empty or open', async () => {
    const world = trendsWorld('2026-11-20T17:40:30.000Z');
    await world.write([makePost({ hashtags: ['cats'] })]);

    const { windows } = await world.aggregate('minute', { from: '2026-11-20T17:37', to: '2026-11-20T17:40' });

    expect(windows.map(({ status }) => status)).toEqual(['empty', 'finished', 'empty', 'open']);
  });

  test('an hour takes the marked minutes below it first', async () => {
    const world = trendsWorld('2026-11-20T18:00:03.000Z');
    await world.write([makePost({ hashtags: ['cats'] })]);

    const { windows } = await world.aggregate('hour', { from: '2026-11-20T17:00', to: '2026-11-20T17:00' });

    expect(windows).toMatchObject([{ status: 'finished', events: 1, changed: true }]);
  });
});

test(
  'any order, repetition and split into batches gives the tables that the formula gives',
  { timeout: 120_000 },
  async () => {
    const fromMs = Date.parse('2026-11-20T16:00:00.000Z');
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.infiniteStream(fc.nat(30)), async (seed, sizes) => {
        const world = trendsWorld('2026-11-20T18:10:03.000Z');
        const events = randomEvents({ seed, count: 120, fromMs, toMs: fromMs + 2 * HOUR_MS, name: 'any' });
        let sent = 0;
        for (const size of sizes) {
          await world.write(events.slice(sent, sent + size + 1), sent);
          if (size % 5 === 0) await world.aggregateAll();
          if ((sent += size + 1) >= events.length) break;
        }
        await world.aggregateAll();

        expect(world.stores.markNames()).toEqual([]);
        await expectFormula(world, events, { windows: WINDOWS, categories: ['all', 'source:reddit', 'tag:music'] });
      }),
      { numRuns: 25 },
    );
  },
);
