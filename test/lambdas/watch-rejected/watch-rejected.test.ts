import { describe, expect, test } from 'vitest';

import { watchRejected } from '../../../lambdas/watch-rejected/watch-rejected.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const hoursAgo = (hours: number) => NOW_MS - hours * HOUR_MS;

interface Kept {
  readonly keptAtMs: number;
  /** Of its events; undefined where it has just been moved away. */
  readonly times: number[] | undefined;
}

/** Looks at objects of a bucket; returns what is told, and how many were read. */
async function look(objects: readonly Kept[], overrides: { lateHours?: number; maxReads?: number } = {}) {
  let reads = 0;
  const reported: unknown[] = [];
  const handler = watchRejected({
    rejected: {
      list: async (sinceMs) =>
        objects.map(({ keptAtMs }, i) => ({ key: String(i), keptAtMs })).filter(({ keptAtMs }) => keptAtMs >= sinceMs),
      readTimes: async (key) => {
        reads++;
        return objects[Number(key)]?.times;
      },
    },
    lateHours: 48,
    now: () => NOW_MS,
    report: (open) => reported.push(open),
    ...overrides,
  });
  const answer = await handler();
  expect(reported).toEqual([answer]);
  return { ...answer, reads };
}

const kept = (hours: number): Kept => ({ keptAtMs: hoursAgo(hours), times: [hoursAgo(hours)] });

describe('the look at what was rejected', () => {
  test('finds nothing where nothing waits', async () => {
    expect(await look([])).toEqual({ count: 0, oldestAgeMs: 0, unread: 0, reads: 0 });
  });

  test('tells how much waits, and the age of the oldest', async () => {
    expect(await look([kept(1), kept(40), kept(3)])).toEqual({
      count: 3,
      oldestAgeMs: 40 * HOUR_MS,
      unread: 0,
      reads: 3,
    });
  });

  test('goes by the minute of the event, not by the time it was kept', async () => {
    expect(await look([{ keptAtMs: hoursAgo(1), times: [hoursAgo(30)] }])).toMatchObject({ oldestAgeMs: 30 * HOUR_MS });
  });

  test('counts from the start of the minute', async () => {
    expect(await look([{ keptAtMs: NOW_MS, times: [hoursAgo(2) + 59_999] }])).toMatchObject({
      oldestAgeMs: 2 * HOUR_MS,
    });
  });

  test('leaves out what comes too late for every table, to the minute', async () => {
    const tooLate = { keptAtMs: hoursAgo(1), times: [hoursAgo(48)] };
    const lastMinute = { keptAtMs: hoursAgo(1), times: [hoursAgo(48) + 60_000] };

    expect(await look([tooLate])).toMatchObject({ count: 0, oldestAgeMs: 0 });
    expect(await look([lastMinute])).toMatchObject({ count: 1, oldestAgeMs: 48 * HOUR_MS - 60_000 });
  });

  test('counts a batch that was given up once, by the oldest of its events that is not too late', async () => {
    const batch = { keptAtMs: hoursAgo(1), times: [hoursAgo(60), hoursAgo(24), hoursAgo(2)] };

    expect(await look([batch])).toMatchObject({ count: 1, oldestAgeMs: 24 * HOUR_MS });
  });

  test('leaves out what has just been sent again', async () => {
    expect(await look([{ keptAtMs: hoursAgo(40), times: undefined }, kept(2)])).toMatchObject({
      count: 1,
      oldestAgeMs: 2 * HOUR_MS,
    });
  });

  test('takes an object without events to be of the time it was kept', async () => {
    expect(await look([{ keptAtMs: hoursAgo(5), times: [] }])).toMatchObject({ count: 1, oldestAgeMs: 5 * HOUR_MS });
  });

  test('reads no more than it may, and counts the others by the time they were kept', async () => {
    const objects = Array.from({ length: 10 }, (_, i) => kept(i));

    expect(await look(objects, { maxReads: 3 })).toEqual({
      count: 10,
      oldestAgeMs: 9 * HOUR_MS,
      unread: 7,
      reads: 3,
    });
  });

  test('reads the newest: older rubbish does not hide what has little time left', async () => {
    const rubbish = Array.from({ length: 5 }, () => kept(20));
    const late = { keptAtMs: hoursAgo(1), times: [hoursAgo(47)] };

    expect(await look([...rubbish, late], { maxReads: 2 })).toMatchObject({ oldestAgeMs: 47 * HOUR_MS, unread: 4 });
  });

  test('goes by the hours of the settings', async () => {
    expect(await look([kept(1), kept(5)], { lateHours: 2 })).toMatchObject({ count: 1, oldestAgeMs: HOUR_MS });
  });
});
