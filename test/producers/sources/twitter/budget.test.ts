import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryStateStore } from '../../../../producers/network/state-store.ts';
import { openBudget, type PostBudget } from '../../../../producers/sources/twitter/budget.ts';

const NOON_MS = Date.parse('2026-11-20T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const SETTINGS = { postsPerDay: 1_000, postsPerMonth: 5_000, dollarsPerPost: 0.005, whenShort: 'stop' } as const;

async function spend(budget: PostBudget, posts: number): Promise<void> {
  for (let i = 0; i < posts; i++) {
    if (budget.isDue()) await budget.reserve();
    budget.arrived();
  }
}

function world(startMs = NOON_MS) {
  const time = { nowMs: startMs };
  const deps = { state: memoryStateStore(), clock: { now: () => time.nowMs } };
  return { time, open: (settings: Parameters<typeof openBudget>[0] = SETTINGS) => openBudget(settings, deps) };
}

describe('a budget of posts', () => {
  test('lets nothing more be read once the day is spent, until the next one begins', async () => {
    const { time, open } = world();
    const budget = await open();
    await spend(budget, 999);
    expect(budget.pauseMs()).toBe(0);

    await spend(budget, 1);
    expect(budget.pauseMs()).toBe(12 * HOUR_MS);

    time.nowMs += 12 * HOUR_MS;
    expect(budget.pauseMs()).toBe(0);
  });

  test('lets nothing more be read once the month is spent', async () => {
    const { open } = world();
    const budget = await open({ ...SETTINGS, postsPerDay: 10_000 });

    await spend(budget, 5_000);

    expect(budget.pauseMs()).toBe(Date.parse('2026-12-01T00:00:00.000Z') - NOON_MS);
  });

  test('survives a restart', async () => {
    const { open } = world();
    const before = await open();
    await spend(before, 250);
    await before.settle();

    const after = await open();

    expect(after.describe()).toBe(
      '250 of 1000 posts of today (1.25 of 5.00 USD), 250 of 5000 of this month (1.25 of 25.00 USD)',
    );
  });

  test('counts too many, never too few, after a crash at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 6 }), async (runs) => {
        const { open } = world();
        let spent = 0;
        for (const posts of runs) {
          await spend(await open(), posts);
          spent += posts;
        }
        const counted = Number((await open()).describe().split(' ')[0]);

        expect(counted).toBeGreaterThanOrEqual(spent);
        expect(counted).toBeLessThanOrEqual(spent + runs.length * 200);
      }),
      { numRuns: 50 },
    );
  });

  test('counts what came around midnight, also where a crash follows', async () => {
    const { time, open } = world(Date.parse('2026-11-30T23:59:59.000Z'));
    const budget = await open();
    await spend(budget, 99);
    time.nowMs += 2_000;
    await spend(budget, 99);

    const after = (await open()).describe().split(' ');

    expect(Number(after[0])).toBeGreaterThanOrEqual(99);
    expect(Number(after[0])).toBeLessThanOrEqual(99 + 200);
  });

  test('is one for several producers that count in the same place', async () => {
    const { open } = world();
    const [one, other] = [await open(), await open()];
    await spend(one, 350);
    await spend(other, 250);
    await spend(one, 50);
    await one.settle();
    await other.settle();

    expect((await open()).describe()).toMatch(/^650 of 1000 posts of today/);
  });

  test('counts more than was reserved where that much comes at once', async () => {
    const { open } = world();
    const budget = await open();
    await budget.reserve();
    budget.arrived(900);
    expect(budget.left()).toBe(100);
    await budget.settle();

    expect((await open()).left()).toBe(100);
  });

  test('of nothing reads nothing', async () => {
    const { open } = world();

    expect((await open({ ...SETTINGS, postsPerDay: 0 })).pauseMs()).toBe(12 * HOUR_MS);
  });

  test('that samples lasts over the whole day, whatever comes', async () => {
    const { time, open } = world(Date.parse('2026-11-20T00:00:00.000Z'));
    const budget = await open({ ...SETTINGS, postsPerMonth: 1_000_000, whenShort: 'sample' });
    const byHour = Array.from({ length: 24 }, () => 0);
    const endMs = time.nowMs + 24 * HOUR_MS;

    // A post a second is 86 times the budget.
    for (; time.nowMs < endMs; time.nowMs += 1_000) {
      const pauseMs = budget.pauseMs();
      if (pauseMs > 0) time.nowMs += pauseMs;
      if (time.nowMs >= endMs) break;
      await spend(budget, 1);
      const hour = Math.floor((time.nowMs / HOUR_MS) % 24);
      byHour[hour] = (byHour[hour] ?? 0) + 1;
    }

    const total = byHour.reduce((sum, posts) => sum + posts, 0);
    expect(total).toBeLessThanOrEqual(1_000);
    expect(total).toBeGreaterThan(900);
    expect(Math.min(...byHour)).toBeGreaterThan(10);
  });

  test('that samples spreads what is left of the month over its days', async () => {
    const { time, open } = world(Date.parse('2026-11-30T00:00:00.000Z'));
    const budget = await open({ ...SETTINGS, postsPerDay: 10_000, postsPerMonth: 100, whenShort: 'sample' });

    await spend(budget, 10);
    expect(budget.pauseMs()).toBeGreaterThan(0);

    time.nowMs += 6 * HOUR_MS;
    expect(budget.pauseMs()).toBe(0);
  });
});
