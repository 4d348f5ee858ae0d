import { describe, expect, test } from 'vitest';

import { windowsBetween, type WindowName } from '../../core/windows.ts';
import { keywordSeries } from '../../storage/keyword-series.ts';
import type { StoredWindowRow, WindowRowRange } from '../../storage/window-row-reader.ts';
import { makePost } from '../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../support/trends-world.ts';

interface SeriesOptions {
  readonly name?: WindowName;
  readonly from?: string;
  readonly keyword?: string;
  readonly category?: string;
  readonly rows?: readonly StoredWindowRow[];
}

/** The series of a keyword in a world, and what its rows were asked for. */
async function series(world: TrendsWorld, options: SeriesOptions = {}) {
  const { name = 'hour', from = '2026-11-20T15:00', keyword = 'cats', category = 'all', rows = [] } = options;
  const asked: WindowRowRange[] = [];
  const { stores, settings, nowMs } = world;
  const readRows = async (range: WindowRowRange) => {
    asked.push(range);
    return [...rows];
  };
  const windows = windowsBetween(name, Date.parse(`${from}:00.000Z`), nowMs);
  const told: string[] = [];
  const points = await keywordSeries(
    { stores, settings, nowMs, readRows },
    { keyword, category, windows },
    (done, total) => void told.push(`${done}/${total}`),
  );
  return { asked, told, views: points.map(({ window, view }) => [window.keyDatetime.slice(11), view] as const) };
}

/** Posts of one hour: `count` keywords of their own, the later ones with more likes. */
function manyKeywords(count: number, hour: string) {
  return Array.from({ length: count }, (_, i) =>
    makePost({
      id: `twitter:${hour}-${i}`,
      created_at: `2026-11-20T${hour}:30:00.000Z`,
      observed_at: `2026-11-20T${hour}:31:00.000Z`,
      hashtags: [`word${i}`],
      metrics: { likes: i },
    }),
  );
}

async function aggregatedWorld(): Promise<TrendsWorld> {
  const world = trendsWorld('2026-11-20T18:00:03.000Z', { snapshotSize: 2 });
  await world.write([...manyKeywords(2, '15'), ...manyKeywords(3, '16'), makePost({ hashtags: ['cats'] })]);
  await world.aggregateAll();
  return world;
}

describe('a series', () => {
  test('is read from the rows of closed windows, in one query', async () => {
    const world = trendsWorld('2026-11-20T17:00:03.000Z');
    const rows = [{ keyDatetime: '2026-11-20T15:00', rank: 3, score: 1_500_000n, mentions: 1 }];

    const { views, asked } = await series(world, { rows, category: 'tag:music' });

    expect(views[0]).toEqual(['15:00', { state: 'ranked', from: 'row', rank: 3, score: 1_500_000n, mentions: 1 }]);
    expect(asked).toEqual([
      {
        window: 'hour',
        keyword: 'cats',
        category: 'tag:music',
        fromKey: '2026-11-20T15:00',
        toKey: '2026-11-20T16:00',
      },
    ]);
  });

  test('without row is looked up in the snapshot, else computed, and so is the open window', async () => {
    const world = await aggregatedWorld();
    world.nowMs = Date.parse('2026-11-20T18:10:00.000Z');
    await world.write([
      makePost({
        id: 'twitter:now',
        created_at: '2026-11-20T18:05:00.000Z',
        observed_at: '2026-11-20T18:05:00.000Z',
        hashtags: ['word0'],
      }),
    ]);

    const { views } = await series(world, { keyword: 'word0' });

    expect(views).toEqual([
      ['15:00', { state: 'ranked', from: 'snapshot', rank: 2, score: 1_000_000n, mentions: 1 }],
      ['16:00', { state: 'ranked', from: 'summaries', rank: 3, score: 1_000_000n, mentions: 1 }],
      ['17:00', { state: 'absent' }],
      ['18:00', { state: 'ranked', from: 'summaries', rank: 1, score: 1_000_000n, mentions: 1 }],
    ]);
  });

  test('reads no summary of a closed window that its row or its whole snapshot tells of', async () => {
    const world = await aggregatedWorld();
    world.stores.calls.clear();

    await series(world, {
      keyword: 'word0',
      rows: [{ keyDatetime: '2026-11-20T16:00', rank: 3, score: 1_000_000n, mentions: 1 }],
    });

    expect(world.stores.calls.get('snapshots.read')).toBe(2);
    expect(world.stores.calls.get('summaries.list')).toBe(1);
  });

  test.each([
    [4_499, { state: 'ranked', from: 'summaries', rank: 3, score: 1_000_000n, mentions: 1 }],
    [4_500, { state: 'below', best: 2 }],
  ])(
    'reads 4,500 summaries at most, the newest, and says so of the others: %d in the last hour',
    async (count, view) => {
      const world = await aggregatedWorld();
      const stored = { ...world.stores.summaries };
      world.stores.summaries.list = async (window) => {
        if (window.keyDatetime !== '2026-11-20T18:00') return stored.list(window);
        return Array.from({ length: count }, () => ({ source: 'twitter', minute: '2026-11-20T18:00' }));
      };

      const { views, told } = await series(world, { keyword: 'word0', from: '2026-11-20T16:00' });

      expect(views[0]).toEqual(['16:00', view]);
      expect(told.at(-1)).toBe(view.state === 'ranked' ? '2/2' : '1/1');
    },
  );

  test('asks for marks and summaries once an hour, however many minutes nobody said anything in', async () => {
    const world = trendsWorld('2026-11-20T18:00:03.000Z');

    const { views } = await series(world, { name: 'minute', from: '2026-11-20T16:30' });

    expect(new Set(views.map(([, { state }]) => state))).toEqual(new Set(['absent']));
    expect(views).toHaveLength(91);
    expect(world.stores.calls.get('summaries.list')).toBe(3);
  });

  test('of a keyword below the best whose summaries are gone says what its snapshot says', async () => {
    const world = await aggregatedWorld();
    world.nowMs = Date.parse('2026-11-22T18:00:00.000Z');
    world.stores.summaries.list = async () => [];

    const { views } = await series(world, { keyword: 'word0', from: '2026-11-20T16:00' });

    expect(views[0]).toEqual(['16:00', { state: 'below', best: 2 }]);
  });

  test('of a category that a snapshot lacks is not known when the summaries are gone', async () => {
    const world = await aggregatedWorld();
    world.nowMs = Date.parse('2026-11-22T16:30:00.000Z');
    const whole = await series(world, { from: '2026-11-21T18:00', category: 'tag:music' });
    expect(new Set(whole.views.map(([, { state }]) => state))).toEqual(new Set(['absent']));

    world.nowMs = Date.parse('2026-11-22T19:00:00.000Z');
    world.stores.summaries.list = async () => [];
    const { views } = await series(world, { from: '2026-11-20T17:00', category: 'tag:music' });

    expect(views[0]).toEqual(['17:00', { state: 'unknown' }]);
  });
});
