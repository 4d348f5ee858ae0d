import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  WINDOW_NAMES,
  acceptsUntilMs,
  hasClosed,
  hourKeyOf,
  minuteKey,
  minuteStartMs,
  minutesOf,
  ranksUntilMs,
  sumsUpUntilMs,
  windowAt,
  windowBefore,
  windowOfKey,
  windowsBetween,
} from '../../core/windows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const time = fc.integer({ min: Date.UTC(2006, 0, 1), max: Date.UTC(2100, 0, 1) });
const windowName = fc.constantFrom(...WINDOW_NAMES);

function at(text: string): number {
  return Date.parse(`${text}Z`);
}

describe('the window at a time', () => {
  test.each([
    ['minute', '2026-11-20T17:38:00.000', '2026-11-20T17:38', '2026-11-20T17:38:00', '2026-11-20T17:39:00'],
    ['minute', '2026-11-20T17:38:59.999', '2026-11-20T17:38', '2026-11-20T17:38:00', '2026-11-20T17:39:00'],
    ['hour', '2026-11-20T17:00:00.000', '2026-11-20T17:00', '2026-11-20T17:00:00', '2026-11-20T18:00:00'],
    ['hour', '2026-11-20T17:59:59.999', '2026-11-20T17:00', '2026-11-20T17:00:00', '2026-11-20T18:00:00'],
    ['5-minute', '2026-11-20T17:35:00.000', '2026-11-20T17:35', '2026-11-20T17:00:00', '2026-11-20T17:40:00'],
    ['5-minute', '2026-11-20T17:39:59.999', '2026-11-20T17:35', '2026-11-20T17:00:00', '2026-11-20T17:40:00'],
    ['5-minute', '2026-11-20T17:40:00.000', '2026-11-20T17:40', '2026-11-20T17:00:00', '2026-11-20T17:45:00'],
    ['5-minute', '2026-11-20T17:00:00.000', '2026-11-20T17:00', '2026-11-20T17:00:00', '2026-11-20T17:05:00'],
    ['5-minute', '2026-11-20T17:57:00.000', '2026-11-20T17:55', '2026-11-20T17:00:00', '2026-11-20T18:00:00'],
    ['hour', '2026-12-31T23:59:59.999', '2026-12-31T23:00', '2026-12-31T23:00:00', '2027-01-01T00:00:00'],
    ['5-minute', '2026-12-31T23:58:00.000', '2026-12-31T23:55', '2026-12-31T23:00:00', '2027-01-01T00:00:00'],
  ] as const)('%s at %s is %s', (name, time, keyDatetime, start, end) => {
    expect(windowAt(name, at(time))).toEqual({ name, keyDatetime, startMs: at(start), endMs: at(end) });
  });

  test.each(['minute', 'hour'] as const)('every millisecond belongs to exactly one %s', (name) => {
    fc.assert(
      fc.property(time, fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), (t, distance) => {
        const window = windowAt(name, t);
        const other = windowAt(name, t + distance);

        expect(window.startMs <= t && t < window.endMs).toBe(true);
        expect(other.keyDatetime === window.keyDatetime).toBe(
          window.startMs <= t + distance && t + distance < window.endMs,
        );
        expect(windowAt(name, window.endMs).startMs).toBe(window.endMs);
      }),
    );
  });

  test('the 5-minute window of any time is its hour up to the first boundary after it', () => {
    fc.assert(
      fc.property(time, (t) => {
        const window = windowAt('5-minute', t);

        expect(window.startMs).toBe(windowAt('hour', t).startMs);
        expect(window.endMs % (5 * MINUTE_MS)).toBe(0);
        expect(window.endMs - t).toBeGreaterThan(0);
        expect(window.endMs - t).toBeLessThanOrEqual(5 * MINUTE_MS);
        expect(minuteStartMs(window.keyDatetime)).toBe(window.endMs - 5 * MINUTE_MS);
      }),
    );
  });

  test('S0-21: the minute at the turn of the hour belongs to exactly one hour', () => {
    const boundary = '2026-11-20T18:00';

    const before = minutesOf(windowAt('hour', at('2026-11-20T17:30')));
    const after = minutesOf(windowAt('hour', at('2026-11-20T18:30')));

    expect(before).not.toContain(boundary);
    expect(before.at(-1)).toBe('2026-11-20T17:59');
    expect(after[0]).toBe(boundary);
    expect(new Set([...before, ...after]).size).toBe(120);
  });

  test('its minutes cover its span without gap or overlap', () => {
    fc.assert(
      fc.property(windowName, time, (name, t) => {
        const window = windowAt(name, t);

        const starts = minutesOf(window).map(minuteStartMs);

        expect(starts[0]).toBe(window.startMs);
        expect(starts).toHaveLength((window.endMs - window.startMs) / MINUTE_MS);
        expect(starts.every((start, i) => start === window.startMs + i * MINUTE_MS)).toBe(true);
      }),
    );
  });
});

describe('the window of a key', () => {
  test('is the window that has it', () => {
    fc.assert(
      fc.property(windowName, time, (name, t) => {
        const window = windowAt(name, t);

        expect(windowOfKey(name, window.keyDatetime)).toEqual(window);
      }),
    );
  });

  test.each([
    ['hour', '2026-11-20T17:38'],
    ['5-minute', '2026-11-20T17:38'],
    ['minute', '2026-11-20T17'],
    ['minute', '2026-11-20T17:38:00'],
    ['minute', '2026-02-30T17:38'],
    ['minute', '2026-11-20T24:00'],
    ['minute', '2026-11-20 17:38'],
    ['minute', ''],
  ] as const)('%s %j is refused', (name, key) => {
    expect(() => windowOfKey(name, key)).toThrow(new RegExp(`^${key} is not `));
  });

  test('a minute tells its hour', () => {
    expect(hourKeyOf('2026-11-20T17:38')).toBe('2026-11-20T17:00');
  });

  test('minute keys round trip', () => {
    fc.assert(
      fc.property(time, (t) => {
        expect(minuteStartMs(minuteKey(t))).toBe(t - (t % MINUTE_MS));
      }),
    );
  });
});

describe('windows follow each other', () => {
  test.each([
    ['minute', '2026-11-20T17:00', '2026-11-20T16:59'],
    ['5-minute', '2026-11-20T17:05', '2026-11-20T17:00'],
    ['5-minute', '2026-11-20T17:00', '2026-11-20T16:55'],
    ['hour', '2026-11-20T00:00', '2026-11-19T23:00'],
  ] as const)('%s %s comes after %s', (name, key, before) => {
    expect(windowBefore(windowOfKey(name, key))).toEqual(windowOfKey(name, before));
  });

  test('those between two times are each the one after the other, ends included', () => {
    fc.assert(
      fc.property(windowName, time, fc.nat(3 * HOUR_MS), (name, from, distance) => {
        const windows = windowsBetween(name, from, from + distance);

        expect(windows[0]).toEqual(windowAt(name, from));
        expect(windows.at(-1)).toEqual(windowAt(name, from + distance));
        expect(windows.slice(1).map(windowBefore)).toEqual(windows.slice(0, -1));
      }),
    );
  });

  test('one that begins at the last time is among them', () => {
    const boundary = at('2026-11-20T17:40');

    expect(windowsBetween('5-minute', boundary, boundary)).toEqual([windowAt('5-minute', boundary)]);
  });

  test('there are none between a time and an earlier one', () => {
    expect(windowsBetween('minute', at('2026-11-20T17:38'), at('2026-11-20T17:37'))).toEqual([]);
  });
});

describe('a window', () => {
  test.each([
    ['2026-11-20T17:39:59.999', false],
    ['2026-11-20T17:40:00.000', true],
  ])('at %s: closed is %j', (now, closed) => {
    expect(hasClosed(windowOfKey('5-minute', '2026-11-20T17:35'), at(now))).toBe(closed);
  });

  test.each([
    ['minute', '2026-11-20T17:38', '2026-11-22T17:38'],
    ['hour', '2026-11-20T17:00', '2026-11-22T17:59'],
    ['5-minute', '2026-11-20T17:35', '2026-11-22T17:39'],
  ] as const)('%s %s accepts as long as its last minute does, until %s', (name, key, until) => {
    expect(acceptsUntilMs(windowOfKey(name, key), 48)).toBe(at(until));
  });

  test('is summed up for half an hour longer than it accepts events, and ranked for twenty minutes more', () => {
    const minute = windowOfKey('minute', '2026-11-20T17:38');

    expect(sumsUpUntilMs(minute, 48)).toBe(at('2026-11-22T18:08'));
    expect(ranksUntilMs(minute, 48)).toBe(at('2026-11-22T18:28'));
  });
});
