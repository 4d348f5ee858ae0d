import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { windowAt, windowOfKey, type WindowName } from '../../core/windows.ts';
import { traceWindow } from '../../storage/trace-window.ts';
import { viewWindow } from '../../storage/view-window.ts';
import { makeDelete, makePost } from '../support/make-event.ts';
import { randomEvents } from '../support/random-events.ts';
import { trendsWorld, type TrendsWorld } from '../support/trends-world.ts';

const HOUR_MS = 3_600_000;
const HOUR_KEY = '2026-11-20T17:00';

function depsOf({ stores, settings, nowMs }: TrendsWorld) {
  return { stores, settings, nowMs };
}

function trace(world: TrendsWorld, keyword = 'cats', category = 'all', name: WindowName = 'hour', key = HOUR_KEY) {
  return traceWindow(depsOf(world), { window: windowOfKey(name, key), keyword, category });
}

/** A world after the hour, in which three posts with `cats` are in every table. */
async function worldWithCats(): Promise<TrendsWorld> {
  const world = trendsWorld('2026-11-20T18:00:03.000Z');
  await world.write([
    makePost({ hashtags: ['cats'], metrics: { likes: 9 } }),
    makePost({ hashtags: ['cats'], metrics: { likes: 10 }, observed_at: '2026-11-20T17:50:00.000Z' }),
    makePost({ id: 'twitter:2', hashtags: ['cats'], created_at: '2026-11-20T17:00:00.000Z', metrics: { reposts: 3 } }),
    makePost({ id: 'reddit:1', source: 'reddit', hashtags: ['cats'], metrics: { score: 5 }, tags: ['music'] }),
    makePost({ id: 'twitter:gone', hashtags: ['cats'] }),
    makeDelete({ id: 'twitter:gone', observed_at: '2026-11-20T17:50:00.000Z' }),
  ]);
  await world.aggregateAll();
  return world;
}

describe('a trace', () => {
  test('lists what each post adds to the cell, the greatest first, and equals the ranking', async () => {
    const traced = await trace(await worldWithCats());

    expect(traced).toMatchObject({
      agreement: 'equal',
      waiting: [],
      found: { score: 11_500_000n, mentions: 3 },
      shown: { state: 'ranked', from: 'snapshot', rank: 1, score: 11_500_000n, mentions: 3 },
    });
    expect(traced.trace?.contributions.map(({ id, score, replaced }) => [id, score, replaced])).toEqual([
      ['reddit:1', 5_000_000n, 0],
      ['twitter:1', 4_000_000n, 1],
      ['twitter:2', 2_500_000n, 0],
    ]);
    expect(traced.trace?.leftOut).toMatchObject([{ id: 'twitter:gone', reason: 'deleted' }]);
  });

  test.each([
    ['source:twitter', 6_500_000n],
    ['tag:music', 5_000_000n],
    ['tag:nothing', 0n],
  ])('is of one category: %s', async (category, score) => {
    expect(await trace(await worldWithCats(), 'cats', category)).toMatchObject({
      agreement: 'equal',
      found: { score },
    });
  });

  test('of a keyword that nobody said is empty and equal', async () => {
    expect(await trace(await worldWithCats(), 'dogs')).toMatchObject({
      agreement: 'equal',
      shown: { state: 'absent' },
      found: { score: 0n, mentions: 0 },
      minutes: [],
    });
  });

  test('of an open minute is taken from its rows, as the ranking is', async () => {
    const world = trendsWorld('2026-11-20T17:38:50.000Z');
    await world.write([makePost({ hashtags: ['cats'] })]);

    expect(await trace(world, 'cats', 'all', 'minute', '2026-11-20T17:38')).toMatchObject({
      agreement: 'equal',
      shown: { from: 'summaries' },
      found: { mentions: 1 },
    });
  });

  test('finds the rows of shards that are not configured any more', async () => {
    const world = trendsWorld('2026-11-20T18:00:03.000Z', { writeShards: 8 });
    await world.write(Array.from({ length: 20 }, (_, i) => makePost({ id: `twitter:${i}`, hashtags: ['cats'] })));
    await world.aggregateAll();
    Object.assign(world, { settings: { ...world.settings, writeShards: 1 } });

    expect(await trace(world)).toMatchObject({ agreement: 'equal', found: { mentions: 20 } });
  });

  test('says how many minutes are read', async () => {
    const world = await worldWithCats();
    const told: string[] = [];
    const request = { window: windowOfKey('hour', HOUR_KEY), keyword: 'cats', category: 'source:twitter' };

    await traceWindow(depsOf(world), request, (done, total) => void told.push(`${done}/${total}`));

    expect(told).toEqual(['1/2', '2/2']);
  });

  test('is exact in every window and category, whatever came in whatever order', { timeout: 120_000 }, async () => {
    const fromMs = Date.parse('2026-11-20T16:00:00.000Z');
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(120), async (seed, split) => {
        const world = trendsWorld('2026-11-20T17:31:03.000Z');
        const events = randomEvents({ seed, count: 120, fromMs, toMs: fromMs + 1.5 * HOUR_MS, name: 'trace' });
        await world.write(events.slice(0, split));
        await world.aggregateAll();
        await world.write(events.slice(split), split);
        world.nowMs += 10 * 60_000;
        await world.aggregateAll();

        for (const name of ['minute', '5-minute', 'hour'] as const)
          for (const category of ['all', 'source:reddit', 'tag:music', 'category:meetup/tech']) {
            const window = windowAt(name, fromMs + 78 * 60_000);
            const { ranking } = await viewWindow(depsOf(world), { window, category, limit: 100 });
            for (const { key_word: keyword, score, mentions, rank } of ranking)
              expect(await traceWindow(depsOf(world), { window, keyword, category })).toMatchObject({
                agreement: 'equal',
                found: { score, mentions },
                shown: { rank },
              });
          }
      }),
      { numRuns: 5 },
    );
  });
});

describe('where the sum is not what the ranking shows, a trace says why', () => {
  test('a late post waits to be summed up', async () => {
    const world = await worldWithCats();
    await world.write([makePost({ id: 'twitter:late', hashtags: ['cats'] })]);

    expect(await trace(world)).toMatchObject({
      agreement: 'waiting',
      waiting: ['2026-11-20T17:38'],
      found: { score: 12_500_000n },
      shown: { score: 11_500_000n },
    });
  });

  test('its minute is summed up and the window is still marked', async () => {
    const world = await worldWithCats();
    await world.write([makePost({ id: 'twitter:late', hashtags: ['cats'] })]);
    await world.aggregate('minute', { from: '2026-11-20T17:38', to: '2026-11-20T17:38' });

    expect(await trace(world)).toMatchObject({ agreement: 'waiting', waiting: [], found: { mentions: 4 } });
  });

  test('the weights are others by now', async () => {
    const world = await worldWithCats();
    const weights = { ...world.settings.weights, twitter: { likes: 1_000_000 } };
    Object.assign(world, { settings: { ...world.settings, weights } });

    const traced = await trace(world);

    expect(traced).toMatchObject({ agreement: 'summaries', found: { score: 15_000_000n } });
    expect(traced.minutes.map(({ minute, source }) => `${minute} ${source}`)).toEqual([
      '2026-11-20T17:00 twitter',
      '2026-11-20T17:38 reddit',
      '2026-11-20T17:38 twitter',
    ]);
  });

  test('the snapshot is of other summaries, without any mark', async () => {
    const world = await worldWithCats();
    await world.write([makePost({ id: 'twitter:late', hashtags: ['cats'] })]);
    await world.aggregate('minute', { from: '2026-11-20T17:38', to: '2026-11-20T17:38' });
    for (const mark of await world.stores.marks.list('hour')) await world.stores.marks.remove(mark);

    expect(await trace(world)).toMatchObject({ agreement: 'snapshot', found: { mentions: 4 } });
  });

  test('a window that is open changed between the two readings', async () => {
    const world = trendsWorld('2026-11-20T17:38:50.000Z');
    await world.write([makePost({ hashtags: ['cats'] })]);
    let reads = 0;
    world.stores.onStep = async (step) => {
      // The second reading of the rows: the first one is that of the ranking.
      if (step !== 'before live.readMinute' || ++reads !== 2) return;
      await world.write([makePost({ id: 'twitter:2', hashtags: ['cats'] })], 1);
    };

    expect(await trace(world, 'cats', 'all', 'minute', '2026-11-20T17:38')).toMatchObject({
      agreement: 'open',
      found: { mentions: 2 },
      shown: { mentions: 1 },
    });
  });

  test('a run that ended between the two readings is no reason: it is read again', async () => {
    const world = await worldWithCats();
    await world.write([makePost({ id: 'twitter:late', hashtags: ['cats'] })]);
    let reads = 0;
    world.stores.onStep = async (step) => {
      if (step === 'after snapshots.read' && ++reads === 1) await world.aggregate('hour', range(HOUR_KEY));
    };

    expect(await trace(world)).toMatchObject({ agreement: 'equal', found: { mentions: 4 }, shown: { mentions: 4 } });
  });
});

describe('when live rows have expired', () => {
  test('a trace has what the summaries say, by minute and network', async () => {
    const world = await worldWithCats();
    world.nowMs = Date.parse('2026-11-22T18:00:00.000Z');
    world.stores.calls.clear();

    const traced = await trace(world);

    expect(traced).toMatchObject({ agreement: 'equal', found: { score: 11_500_000n, mentions: 3 } });
    expect(traced.trace).toBeUndefined();
    expect(traced.minutes).toEqual([
      { source: 'twitter', minute: '2026-11-20T17:00', summary: { score: 2_500_000n, mentions: 1 } },
      { source: 'reddit', minute: '2026-11-20T17:38', summary: { score: 5_000_000n, mentions: 1 } },
      { source: 'twitter', minute: '2026-11-20T17:38', summary: { score: 4_000_000n, mentions: 1 } },
    ]);
    expect(world.stores.calls.get('live.readMinute')).toBeUndefined();
  });

  test('a millisecond before, the rows are read', async () => {
    const world = await worldWithCats();
    world.nowMs = Date.parse('2026-11-22T17:59:59.999Z');

    expect((await trace(world)).trace?.mentions).toBe(3);
  });
});

function range(key: string) {
  return { from: key, to: key };
}
