import { describe, expect, test } from 'vitest';

import { longestWaitMs } from '../../../lambdas/shared/aggregation/mark-age.ts';
import type { Mark, MarkName } from '../../../storage/mark-store.ts';
import { makePost } from '../../support/make-event.ts';
import { trendsWorld } from '../../support/trends-world.ts';

const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-11-20T18:10:00.000Z');

function makeMark(window: MarkName['window'], key: string, addedAt: string): Mark {
  return { window, key, last: 'a', addedAtMs: Date.parse(addedAt) };
}

describe('the longest wait', () => {
  test.each([
    [
      'of a late minute is since the event came',
      makeMark('live#twitter', '2026-11-19T10:00#0', '2026-11-20T18:07Z'),
      3,
    ],
    ['of a minute is since it closed', makeMark('live#reddit', '2026-11-20T18:00#3', '2026-11-20T18:00Z'), 9],
    ['of a minute window is since it closed', makeMark('minute', '2026-11-20T18:00', '2026-11-20T18:00Z'), 9],
    ['of a 5-minute window is since its boundary', makeMark('5-minute', '2026-11-20T18:00', '2026-11-20T18:01Z'), 5],
    ['of an hour is since it closed', makeMark('hour', '2026-11-20T17:00', '2026-11-20T17:01Z'), 10],
    ['of an hour that changed later is since then', makeMark('hour', '2026-11-20T12:00', '2026-11-20T18:08Z'), 2],
    ['of what is still open is none', makeMark('hour', '2026-11-20T18:00', '2026-11-20T18:01Z'), 0],
    ['of a clock ahead is none', makeMark('hour', '2026-11-20T12:00', '2026-11-20T18:11Z'), 0],
    ['of a mark without a time is since it closed', { ...makeMark('hour', '2026-11-20T16:00', ''), addedAtMs: 0 }, 70],
  ])('%s', (_, mark, minutes) => {
    expect(longestWaitMs([mark], NOW_MS)).toBe(minutes * MINUTE_MS);
  });

  test('is that of the oldest mark, and none without any', () => {
    const marks = ['2026-11-20T16:00', '2026-11-20T15:00', '2026-11-20T17:00'].map((key) =>
      makeMark('hour', key, `${key}:00Z`),
    );

    expect(longestWaitMs(marks, NOW_MS)).toBe(130 * MINUTE_MS);
    expect(longestWaitMs([], NOW_MS)).toBe(0);
  });
});

describe('an aggregation', () => {
  const post = makePost({ hashtags: ['cats'] });

  test('tells how long the oldest mark it finds has waited, and then that there is none', async () => {
    const world = trendsWorld('2026-11-20T17:39:10.000Z');
    await world.write([post]);
    world.nowMs = Date.parse('2026-11-20T17:59:00.000Z');
    await world.write([makePost({ ...post, id: 'twitter:2' })], 1);

    await world.aggregate('minute');
    await world.aggregate('minute');

    // The second event came later and the mark has waited since the first.
    expect(world.oldestMarks).toEqual([
      Date.parse('2026-11-20T17:59:00.000Z') - Date.parse('2026-11-20T17:39:10.000Z'),
      0,
    ]);
  });

  test('tells of a mark that waits before it does anything, so also when it dies of it', async () => {
    const world = trendsWorld('2026-11-20T17:39:00.000Z');
    await world.write([post]);
    world.nowMs = Date.parse('2026-11-20T17:59:00.000Z');
    world.stores.onStep = (step) => {
      if (step === 'before live.readMinute') throw new RangeError('a row that nobody can read');
    };

    await expect(world.aggregate('minute')).rejects.toThrow(RangeError);

    expect(world.oldestMarks).toEqual([20 * MINUTE_MS]);
  });

  test('tells of the windows of its name that wait, and not of the others', async () => {
    const world = trendsWorld('2026-11-20T17:39:00.000Z');
    await world.write([post]);
    await world.aggregate('minute');
    world.nowMs = Date.parse('2026-11-20T18:20:00.000Z');

    await world.aggregate('minute');
    await world.aggregate('hour');

    expect(world.oldestMarks).toEqual([0, 0, 20 * MINUTE_MS]);
  });
});
