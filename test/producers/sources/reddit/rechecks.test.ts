import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { rechecks, type Rechecks } from '../../../../producers/sources/reddit/rechecks.ts';
import { readThing, type Thing } from '../../../../producers/sources/reddit/thing.ts';

const MINUTE_MS = 60_000;

function thing(name: string, createdMs = 0, fields: object = {}): Thing {
  return readThing({ kind: name.slice(0, 2), data: { name, created_utc: (createdMs + 1_000_000) / 1_000, ...fields } });
}

/** The minutes after its writing in which each thing is looked at, asking every minute. */
function minutesOf(plans: Rechecks, untilMinute: number): Record<string, number[]> {
  const minutes: Record<string, number[]> = {};
  for (let minute = 0; minute <= untilMinute; minute += 1) {
    const nowMs = 1_000_000 + minute * MINUTE_MS;
    for (let names = plans.due(nowMs); names.length > 0; names = plans.due(nowMs)) {
      for (const name of names) (minutes[name] ??= []).push(minute);
      plans.done(names, new Set(), nowMs);
    }
  }
  return minutes;
}

describe('looking again', () => {
  test('is at growing intervals, at comments less often', () => {
    const plans = rechecks();
    for (const name of ['t3_a', 't1_b']) plans.add(thing(name), 1_000_000);

    expect(minutesOf(plans, 2_000)).toEqual({ t3_a: [5, 15, 60, 240, 1_440], t1_b: [60, 1_440] });
  });

  test('at a thing that is seen late leaves out what has passed', () => {
    const plans = rechecks();
    plans.add(thing('t3_a'), 1_000_000 + 20 * MINUTE_MS);

    expect(minutesOf(plans, 100)).toEqual({ t3_a: [60] });
  });

  test.each([
    ['a day old', thing('t3_a', -24 * 60 * MINUTE_MS)],
    ['gone', thing('t3_a', 0, { selftext: '[removed]' })],
    ['no post and no comment', thing('t5_a')],
    ['without a time', readThing({ kind: 't3', data: { name: 't3_a' } })],
  ])('is not at what is %s', (_, each) => {
    const plans = rechecks();
    plans.add(each, 1_000_000);

    expect(minutesOf(plans, 2_000)).toEqual({});
  });

  test('ends with what is gone', () => {
    const plans = rechecks();
    plans.add(thing('t3_a'), 1_000_000);

    plans.done(['t3_a', 't3_unknown'], new Set(['t3_a']), 1_000_000);

    expect(minutesOf(plans, 2_000)).toEqual({});
  });

  test('is planned once for what is seen often', () => {
    const plans = rechecks();
    for (let i = 0; i < 3; i += 1) plans.add(thing('t3_a'), 1_000_000);

    expect(plans.due(1_000_000 + 5 * MINUTE_MS)).toEqual(['t3_a']);
  });

  test('is for a hundred at a time', () => {
    const plans = rechecks();
    for (let i = 0; i < 250; i += 1) plans.add(thing(`t3_${i}`), 1_000_000);

    expect(plans.due(1_000_000 + 5 * MINUTE_MS)).toHaveLength(100);
  });

  test('never plans for more than its capacity, and says what it gives up', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(3_000)), { maxLength: 60 }), (adds) => {
        const plans = rechecks(10);
        const names = new Set<string>();
        let [planned, givenUp] = [0, 0];
        for (const [number, minute] of adds) {
          const name = `t3_${number}`;
          if (names.has(name)) continue;
          names.add(name);
          planned += 1;
          givenUp += plans.add(thing(name, minute * MINUTE_MS), 1_000_000);
        }
        expect(Object.keys(minutesOf(plans, 6_000))).toHaveLength(planned - givenUp);
        expect(planned - givenUp).toBeLessThanOrEqual(10);
      }),
      { numRuns: 30 },
    );
  });
});
