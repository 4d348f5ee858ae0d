import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { aggregateOnSchedule } from '../../../lambdas/shared/aggregation/aggregate-on-schedule.ts';
import { makePost } from '../../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../../support/trends-world.ts';

/** A world in which `aggregate-hour` has summed up minutes of hours ago, and left their windows marked. */
async function worldWithOldWindows(count: number): Promise<TrendsWorld> {
  const world = trendsWorld('2026-11-20T20:00:03.000Z');
  const times = Array.from({ length: count }, (_, i) => `2026-11-20T17:${String(10 + i)}:00.000Z`);
  await world.write(times.map((time, i) => makePost({ id: `twitter:${i}`, created_at: time, observed_at: time })));
  await world.aggregate('hour');
  return world;
}

function minuteMarks(world: TrendsWorld): string[] {
  return world.stores.markNames().filter((name) => name.startsWith('minute '));
}

test.each([
  ['2026-11-20T20:01:03.000Z', 3],
  ['2026-11-20T20:09:03.000Z', 3],
  ['2026-11-20T20:10:03.000Z', 0],
])('windows of old minutes wait for the turn of old minutes: at %s %i wait', async (time, waiting) => {
  const world = await worldWithOldWindows(3);
  world.nowMs = Date.parse(time);

  await world.aggregate('minute');

  expect(minuteMarks(world)).toHaveLength(waiting);
});

test.each([
  ['minute', 8],
  ['5-minute', 1],
  ['hour', 1],
] as const)('of %s at most %i are computed at once', async (name, atMost) => {
  const world = await worldWithOldWindows(20);
  await world.write([makePost({ created_at: '2026-11-20T16:00:00.000Z' })]);
  let [running, most] = [0, 0];
  world.stores.onStep = async (step) => {
    if (step === 'before rows.apply') most = Math.max(most, ++running);
    if (step.endsWith('rows.apply')) await turn();
    if (step === 'after rows.apply') running--;
  };

  await world.aggregate(name);

  expect(most).toBe(atMost);
});

test('where time runs out, recent windows are done, and of the old ones those with the least time left', async () => {
  const world = await worldWithOldWindows(20);
  const recent = '2026-11-20T20:05:00.000Z';
  await world.write([makePost({ id: 'twitter:new', created_at: recent, observed_at: recent })]);
  world.nowMs = Date.parse('2026-11-20T20:10:03.000Z');
  let runs = 0;
  world.stores.onStep = (step) => void (step === 'after rows.apply' && runs++);
  const { stores, settings } = world;
  const deps = { stores, settings, now: () => world.nowMs, reportOldestMark: () => undefined, hasTime: () => runs < 1 };

  const { windows, marks_waiting: waiting } = await aggregateOnSchedule(deps, 'minute');

  const done = windows.map(({ key_datetime }) => key_datetime.slice(11));
  expect(done.slice(0, 3)).toEqual(['20:05', '17:10', '17:11']);
  expect(done.length + waiting).toBe(21);
  expect(waiting).toBeGreaterThan(0);
});
