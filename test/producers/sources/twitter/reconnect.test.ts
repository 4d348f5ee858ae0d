import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { connectDelayMs, reconnectRules } from '../../../../producers/sources/twitter/reconnect.ts';
import type { Failure } from '../../../../producers/sources/twitter/failure.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-11-20T17:40:00.000Z');

function failure(kind: Failure['kind'], resetMs?: number): Failure {
  return kind === 'rate' || kind === 'taken' ? { kind, what: '', resetMs } : { kind, what: '' };
}

/** The waits after so many failures of one kind in a row, each after a stream that was open for so long. */
function waits(kind: Failure['kind'], count: number, { openMs = 0, random = 0 } = {}): number[] {
  let nowMs = START_MS;
  const rules = reconnectRules({ now: () => nowMs, random: () => random });
  return Array.from({ length: count }, () => {
    if (openMs > 0) rules.opened();
    nowMs += openMs;
    const wait = rules.failed(failure(kind));
    nowMs += wait;
    return wait;
  });
}

describe('after a failure X is asked again', () => {
  test('by a quarter of a second more each time, up to 16 s, where nothing answers', () => {
    const all = waits('network', 70);

    expect(all.slice(0, 4)).toEqual([250, 500, 750, 1_000]);
    expect(all.slice(62, 70)).toEqual([15_750, ...Array.from({ length: 7 }, () => 16_000)]);
  });

  test('after 5 s, doubled up to 320 s, where it answers with an error', () => {
    expect(waits('http', 9)).toEqual([5, 10, 20, 40, 80, 160, 320, 320, 320].map((s) => s * 1_000));
  });

  test('after a minute, doubled up to its window, where it is asked too often and says no time', () => {
    expect(waits('rate', 6)).toEqual([1, 2, 4, 8, 15, 15].map((minutes) => minutes * MINUTE_MS));
  });

  test.each([
    [START_MS + 5 * MINUTE_MS, 5 * MINUTE_MS],
    [START_MS + 10_000, MINUTE_MS],
    [START_MS - MINUTE_MS, MINUTE_MS],
  ])('at the time it says, but not within a minute: %d', (resetMs, wait) => {
    const rules = reconnectRules({ now: () => START_MS, random: () => 0 });

    expect(rules.failed(failure('rate', resetMs))).toBe(wait);
  });

  test('at once, once, where an open stream drops, and then as after an error', () => {
    expect(waits('dropped', 5, { openMs: 1_000 })).toEqual([0, 5_000, 10_000, 20_000, 40_000]);
  });

  test('at once every time where the stream was healthy for a minute', () => {
    expect(waits('dropped', 4, { openMs: MINUTE_MS })).toEqual([0, 0, 0, 0]);
  });

  test('with a jitter of up to a tenth, never earlier', () => {
    expect(waits('http', 2, { random: 1 })).toEqual([5_500, 11_000]);
  });

  test('ever later for each kind, however they take turns, until a stream was healthy', () => {
    let nowMs = START_MS;
    const rules = reconnectRules({ now: () => nowMs, random: () => 0 });
    const kinds = ['network', 'http', 'rate', 'network', 'http', 'rate', 'dropped'] as const;

    expect(kinds.map((kind) => rules.failed(failure(kind)))).toEqual([250, 5_000, 60_000, 500, 10_000, 120_000, 5_000]);

    rules.opened();
    nowMs += MINUTE_MS;
    expect(rules.failed(failure('http'))).toBe(5_000);
  });

  test('later each time where the time that it names is over, or absurd', () => {
    const rules = reconnectRules({ now: () => START_MS, random: () => 0 });
    const absurd = START_MS + 30 * 86_400_000;

    expect([START_MS, START_MS - 1, absurd].map((reset) => rules.failed(failure('rate', reset)))).toEqual([
      MINUTE_MS,
      2 * MINUTE_MS,
      4 * MINUTE_MS,
    ]);
  });
});

describe('however often it fails', () => {
  test('there are never more than 50 connections in 15 minutes, over restarts too', () => {
    const kinds = fc.constantFrom<Failure['kind']>('dropped', 'network', 'http', 'rate', 'taken', 'no-rules');
    const attempt = fc.record({ kind: kinds, openMs: fc.nat(120_000), isRestart: fc.boolean() });
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 60, maxLength: 200 }), (attempts) => {
        let nowMs = START_MS;
        const clock = { now: () => nowMs, random: () => 0 };
        let rules = reconnectRules(clock);
        const connects: number[] = [];
        for (const { kind, openMs, isRestart } of attempts) {
          nowMs += connectDelayMs(connects, nowMs);
          connects.push(nowMs);
          rules.opened();
          nowMs += openMs % 700;
          if (isRestart) rules = reconnectRules(clock);
          else nowMs += rules.failed(failure(kind));
        }
        for (const [i, ms] of connects.entries())
          expect(connects.slice(i).filter((other) => other < ms + 15 * MINUTE_MS).length).toBeLessThanOrEqual(50);
      }),
    );
  });
});
