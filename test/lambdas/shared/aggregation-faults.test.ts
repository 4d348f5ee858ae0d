import { expect, test } from 'vitest';

import type { Step } from '../../support/memory-stores.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../../support/trends-world.ts';

const NOW = '2026-11-20T18:00:03.000Z';

// Eleven keywords, so that the later batch pushes one out of the ten that have a row.
const EARLY = Array.from({ length: 11 }, (_, i) =>
  makePost({ id: `twitter:${i}`, hashtags: [`k${i}`], metrics: { likes: 100 - i }, tags: ['music'] }),
);
const LATE = [
  makePost({ id: 'twitter:10', hashtags: ['k10'], metrics: { likes: 500 }, observed_at: '2026-11-20T17:50:00.000Z' }),
  makeDelete({ id: 'twitter:3', observed_at: '2026-11-20T17:51:00.000Z' }),
  makePost({ id: 'reddit:1', source: 'reddit', hashtags: ['k1'], metrics: { score: 7 } }),
];

async function worldWithLateEvents(): Promise<TrendsWorld> {
  const world = trendsWorld(NOW);
  await world.write(EARLY);
  await world.aggregateAll();
  await world.write(LATE);
  return world;
}

async function calmTables(): Promise<unknown> {
  const world = await worldWithLateEvents();
  await world.aggregateAll();
  return world.stores.tables();
}

/** The steps that a run takes, in order. */
async function stepsOfARun(): Promise<Step[]> {
  const world = await worldWithLateEvents();
  const steps: Step[] = [];
  world.stores.onStep = (step) => void steps.push(step);
  await world.aggregateAll();
  return steps;
}

/** Calls `act` at the n-th step of what comes, and only there. */
function atStep(world: TrendsWorld, n: number, act: () => Promise<void> | void): void {
  let count = 0;
  world.stores.onStep = async () => {
    if (count++ !== n) return;
    world.stores.onStep = () => undefined;
    await act();
  };
}

const STEPS = await stepsOfARun();
const CALM = await calmTables();

test('a run of this suite takes many steps', () => {
  expect(STEPS.length).toBeGreaterThan(60);
});

test.each(STEPS.map((step, n) => [n, step] as const))(
  'a second aggregation that runs through at step %d (%s) changes nothing, and no mark is left',
  async (n) => {
    const world = await worldWithLateEvents();
    atStep(world, n, () => world.aggregateAll());

    await world.aggregateAll();
    await world.aggregateAll();

    expect(world.stores.tables()).toEqual(CALM);
    expect(world.stores.markNames()).toEqual([]);
  },
);

test.each(STEPS.map((step, n) => [n, step] as const))(
  'S0-23 an aggregation that dies at step %d (%s) leaves nothing that the next one does not mend',
  async (n) => {
    const world = await worldWithLateEvents();
    atStep(world, n, () => {
      throw new Error('killed');
    });

    await expect(world.aggregateAll()).rejects.toThrow('killed');
    await world.aggregateAll();

    expect(world.stores.tables()).toEqual(CALM);
    expect(world.stores.markNames()).toEqual([]);
  },
);

test.each(STEPS.map((step, n) => [n, step] as const))(
  'events that come at step %d (%s) are in the tables after the next run',
  async (n) => {
    const world = trendsWorld(NOW);
    await world.write(EARLY);
    await world.aggregateAll();
    await world.write(LATE.slice(0, 1));
    atStep(world, n, async () => void (await world.write(LATE.slice(1))));

    await world.aggregateAll();
    if (world.stores.markNames().length === 0) await world.write(LATE.slice(1));
    await world.aggregateAll();

    expect(world.stores.tables()).toEqual(CALM);
    expect(world.stores.markNames()).toEqual([]);
  },
);

// The two faults together show a stale write: nobody comes back to mend it.
test.each(STEPS.map((step, n) => [n, step] as const))(
  'an aggregation that is overtaken at step %d (%s) by newer events and a whole run, and dies soon after, undoes nothing',
  async (n) => {
    for (let soon = 0; soon < 8; soon++) {
      const world = trendsWorld(NOW);
      await world.write(EARLY);
      await world.aggregateAll();
      await world.write(LATE.slice(0, 1));
      atStep(world, n, async () => {
        await world.write(LATE.slice(1));
        await world.aggregateAll();
        atStep(world, soon, () => {
          throw new Error('killed');
        });
      });

      await world.aggregateAll().catch(() => undefined);
      world.stores.onStep = () => undefined;
      if (world.stores.calls.get('live.put') === 2) await world.write(LATE.slice(1));
      await world.aggregateAll();

      expect(world.stores.tables()).toEqual(CALM);
      expect(world.stores.markNames()).toEqual([]);
    }
  },
);

test.each(STEPS.map((step, n) => [n, step] as const))(
  'a mark that is taken away and set anew at step %d (%s) is not the one that was read',
  async (n) => {
    const world = trendsWorld(NOW);
    await world.write(EARLY);
    await world.aggregateAll();
    await world.write(LATE.slice(0, 1));
    atStep(world, n, async () => {
      await world.aggregateAll();
      await world.write(LATE.slice(1));
    });

    await world.aggregateAll();
    if (world.stores.calls.get('live.put') === 2) await world.write(LATE.slice(1));
    await world.aggregateAll();

    expect(world.stores.tables()).toEqual(CALM);
    expect(world.stores.markNames()).toEqual([]);
  },
);
