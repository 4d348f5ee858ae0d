import { expect, test } from 'vitest';

import { paced } from '../../producers/pace.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

test('items come at the rate, from the first moment', async () => {
  const clock = virtualClock();
  const times: number[] = [];
  await clock.run(
    (async () => {
      for await (const _ of paced([1, 2, 3, 4, 5], { ...clock, rate: 50, signal: NEVER })) times.push(clock.now());
    })(),
  );

  expect(times).toEqual([0, 20, 40, 60, 80]);
});

test('after a hold-up at most a second is caught up', async () => {
  const clock = virtualClock();
  const times: number[] = [];
  await clock.run(
    (async () => {
      for await (const item of paced(Array(40).keys(), { ...clock, rate: 10, signal: NEVER })) {
        times.push(clock.now());
        if (item === 0) await clock.wait(60_000, NEVER);
      }
    })(),
  );

  const atOnce = times.filter((ms) => ms === 60_000).length;
  expect(atOnce).toBeGreaterThan(1);
  expect(atOnce).toBeLessThanOrEqual(12);
});

test('a stop ends the wait and delivers nothing more', async () => {
  const clock = virtualClock();
  const stop = new AbortController();
  const items: number[] = [];
  const reading = (async () => {
    for await (const item of paced([1, 2, 3], { ...clock, rate: 0.01, signal: stop.signal })) items.push(item);
  })();
  await clock.settle();

  stop.abort();
  await reading;

  expect(items).toEqual([1]);
});
