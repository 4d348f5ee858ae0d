import { describe, expect, test } from 'vitest';

import { ranksUntilMs, sumsUpUntilMs, windowOfKey } from '../../core/windows.ts';
import { fallenUntil, liveRowsExpireAtMs, rowsExpireAt, snapshotExpiresAt } from '../../storage/retention.ts';

function seconds(time: string): number {
  return Date.parse(`${time}:00.000Z`) / 1_000;
}

describe('the rows of a window are kept', () => {
  test.each([
    ['minute', '2026-11-20T17:38', '2026-11-22T17:39'],
    ['5-minute', '2026-11-20T17:35', '2026-11-21T17:40'],
    ['5-minute', '2026-11-20T17:55', '2026-11-21T18:00'],
  ] as const)('%s %s until %s', (name, key, until) => {
    expect(rowsExpireAt(windowOfKey(name, key))).toBe(seconds(until));
  });

  test('hour for ever', () => {
    expect(rowsExpireAt(windowOfKey('hour', '2026-11-20T17:00'))).toBeUndefined();
  });
});

describe('the snapshot of a window is kept', () => {
  test.each([
    ['minute', '2026-11-20T17:38', '2026-11-22T18:38'],
    ['5-minute', '2026-11-20T17:35', '2026-11-22T18:39'],
  ] as const)('%s %s an hour longer than it accepts changes, until %s', (name, key, until) => {
    expect(snapshotExpiresAt(windowOfKey(name, key), 48)).toBe(seconds(until));
  });

  test('hour for ever', () => {
    expect(snapshotExpiresAt(windowOfKey('hour', '2026-11-20T17:00'), 48)).toBeUndefined();
  });
});

describe('what a minute is computed from outlasts the last computation', () => {
  const minute = windowOfKey('minute', '2026-11-20T17:38');

  test.each([1, 48, 168])('its rows, with events accepted for %i hours', (lateHours) => {
    expect(liveRowsExpireAtMs(minute, lateHours)).toBeGreaterThan(sumsUpUntilMs(minute, lateHours));
  });

  test.each([1, 48, 168])('its snapshot, with events accepted for %i hours', (lateHours) => {
    expect(snapshotExpiresAt(minute, lateHours)).toBeGreaterThan(ranksUntilMs(minute, lateHours) / 1_000);
  });
});

test('a row that fell out holds its place for an hour, in whole seconds', () => {
  expect(fallenUntil(seconds('2026-11-20T17:00') * 1_000 + 999)).toBe(seconds('2026-11-20T18:00'));
});
