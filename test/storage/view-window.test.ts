import { describe, expect, test } from 'vitest';

import { windowOfKey, type WindowName } from '../../core/windows.ts';
import { viewKeyword } from '../../storage/view-keyword.ts';
import { viewWindow } from '../../storage/view-window.ts';
import type { TrendStores } from '../../storage/trend-stores.ts';
import { makePost } from '../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../support/trends-world.ts';

const HOUR = windowOfKey('hour', '2026-11-20T17:00');
const KEYS = { minute: '2026-11-20T17:38', '5-minute': '2026-11-20T17:40', hour: '2026-11-20T17:00' } as const;
const OLD = Date.parse('2026-12-25T00:00:00.000Z');

/** An hour in which five keywords were said on two networks; a snapshot keeps two of an open category. */
async function worldOfAnHour(): Promise<TrendsWorld> {
  const world = trendsWorld('2026-11-20T18:00:03.000Z', { openSnapshotSize: 2, openCategories: 1, snapshotSize: 3 });
  const hashtags = ['a', 'b', 'c', 'd', 'e'];
  await world.write([
    makePost({ id: 'reddit:1', source: 'reddit', category: 'cats', hashtags }),
    makePost({ id: 'reddit:2', source: 'reddit', category: 'cats', hashtags }),
    makePost({ id: 'reddit:3', source: 'reddit', category: 'dogs', hashtags }),
    makePost({ id: 'twitter:1', hashtags }),
  ]);
  await world.aggregateAll();
  return world;
}

/** The world more than a month later, when the snapshots that are not of hours have expired. */
function grownOld(world: TrendsWorld): TrendsWorld {
  const { snapshots } = world.stores;
  world.nowMs = OLD;
  return withStores(world, {
    snapshots: { ...snapshots, read: async (window) => (window.name === 'hour' ? snapshots.read(window) : undefined) },
  });
}

/** The world without its summaries, or without those of a network. */
function without(world: TrendsWorld, gone: 'all' | 'twitter'): TrendsWorld {
  const { summaries } = world.stores;
  return withStores(world, {
    summaries: {
      ...summaries,
      list: async (window) =>
        gone === 'all' ? [] : (await summaries.list(window)).filter(({ source }) => source !== gone),
    },
  });
}

function withStores(world: TrendsWorld, stores: Partial<TrendStores>): TrendsWorld {
  return { ...world, stores: { ...world.stores, ...stores } };
}

function view({ stores, settings, nowMs }: TrendsWorld, category: string, limit: number, name: WindowName = 'hour') {
  return viewWindow({ stores, settings, nowMs }, { window: windowOfKey(name, KEYS[name]), category, limit });
}

describe.each(['all', 'twitter'] as const)('when summaries are gone: %s', (gone) => {
  test.each([
    ['all', 3],
    ['category:reddit/cats', 2],
  ])('the best of %s that its snapshot has are shown, and that the rest is not known', async (category, best) => {
    const world = without(grownOld(await worldOfAnHour()), gone);

    const { ranking, total, unknown } = await view(world, category, 50);

    expect(ranking.map(({ key_word }) => key_word)).toEqual(['a', 'b', 'c'].slice(0, best));
    expect(total?.mentions).toBe(category === 'all' ? 4 : 2);
    expect(unknown).toBe('rest');
    expect(await view(world, category, best)).not.toHaveProperty('unknown');
  });

  test('a category that the snapshot lacks is not known', async () => {
    const world = without(grownOld(await worldOfAnHour()), gone);

    expect(await view(world, 'category:reddit/dogs', 10)).toEqual({ ranking: [], unknown: 'all' });
  });

  test.each(['minute', '5-minute'] as const)('a %s window, whose snapshot is gone, too, is not known', async (name) => {
    const world = without(grownOld(await worldOfAnHour()), gone);

    expect(await view(world, 'all', 10, name)).toEqual({ ranking: [], unknown: 'all' });
  });

  test('nor is a keyword in it', async () => {
    const { stores, settings, nowMs } = without(grownOld(await worldOfAnHour()), gone);
    const window = windowOfKey('minute', KEYS.minute);

    const found = await viewKeyword({ stores, settings, nowMs }, { window, keyword: 'a', category: 'all' });

    expect(found).toEqual({ state: 'unknown' });
  });
});

describe('an old window', () => {
  test.each(['minute', '5-minute', 'hour'] as const)('of %s whose summaries are kept is whole', async (name) => {
    const world = grownOld(await worldOfAnHour());

    const { ranking, total, unknown } = await view(world, 'all', 50, name);

    expect(ranking.map(({ mentions }) => mentions)).toEqual([4, 4, 4, 4, 4]);
    expect(total?.mentions).toBe(4);
    expect(unknown).toBeUndefined();
  });

  test.each(['minute', '5-minute', 'hour'] as const)('of %s of an hour without posts is empty', async (name) => {
    const world = trendsWorld('2026-12-25T00:00:00.000Z');

    expect(await view(world, 'all', 10, name)).toEqual({ ranking: [] });
  });
});

test('a late event that waits does not make a window that can still change unknown', async () => {
  const world = await worldOfAnHour();
  await world.write([makePost({ id: 'twitter:late', hashtags: ['a'] })]);
  world.nowMs = HOUR.endMs + 24 * 3_600_000;

  expect(await view(world, 'all', 50)).toMatchObject({ total: { mentions: 5 } });
});
