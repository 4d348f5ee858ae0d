import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { SocialEvent } from '../../../core/social-event.ts';
import { windowAt, WINDOW_NAMES } from '../../../core/windows.ts';
import { seededRandom, type Random } from '../../../producers/sources/generator/random.ts';
import { expectFormula, ranking } from '../../support/formula.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../../support/trends-world.ts';

const HOUR_MS = Date.parse('2026-11-20T16:00:00.000Z');
const MINUTE_MS = 60_000;
const AFTER = '2026-11-20T17:10:03.000Z';
const WINDOWS = [0, 1, 4, 5, 29, 59].flatMap((minute) =>
  WINDOW_NAMES.map((name) => windowAt(name, HOUR_MS + minute * MINUTE_MS)),
);
const CATEGORIES = ['all', 'source:twitter', 'source:reddit', 'tag:music'];
const SOURCES = ['twitter', 'reddit'] as const;

interface PostOptions {
  readonly minute?: number;
  readonly hashtags?: readonly string[];
  readonly likes?: number;
  /** The n-th observation. */
  readonly n?: number;
}

function post(i: number, { minute = i % 60, hashtags = ['cats'], likes = 0, n = 0 }: PostOptions = {}): SocialEvent {
  const source = SOURCES[i % 2] ?? 'twitter';
  return makePost({
    ...placed(i, minute, n),
    source,
    hashtags: [...hashtags],
    metrics: { likes },
    tags: i % 3 === 0 ? ['music'] : [],
  });
}

function placed(i: number, minute: number, n: number): { id: string; created_at: string; observed_at: string } {
  const createdMs = HOUR_MS + minute * MINUTE_MS + (i % MINUTE_MS);
  const observedMs = createdMs + n * 1_000;
  return {
    id: `${SOURCES[i % 2]}:${i}`,
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(observedMs).toISOString(),
  };
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** What makes a merge of summaries go wrong if anything does. */
const DISTRIBUTIONS: Readonly<Record<string, (random: Random) => SocialEvent[]>> = {
  // Ranks follow from the names alone, also those that UTF-16 would order differently.
  'everything ties': () => times(120, (i) => post(i, { hashtags: ['a', 'b', 'é', 'ﬁn', '￼', '😀', `k${i % 12}`] })),
  'every keyword is said once': () => times(150, (i) => post(i, { hashtags: [`k${i}`], likes: i % 3 })),
  'a burst in one minute': (random) =>
    times(150, (i) =>
      post(i, { minute: i < 140 ? 29 : i % 60, hashtags: [`k${random.below(9)}`], likes: random.below(5) }),
    ),
  'first and last moments of windows': (random) =>
    times(100, (i) => {
      const minute = random.pick([0, 4, 5, 59]);
      const createdMs = HOUR_MS + minute * MINUTE_MS + random.pick([0, 59_999]);
      const created_at = new Date(createdMs).toISOString();
      return { ...post(i, { minute, hashtags: [`k${random.below(5)}`] }), created_at, observed_at: created_at };
    }),
  'few posts seen again and again': (random) =>
    times(150, (i) => post(i % 7, { likes: random.below(9), n: Math.floor(i / 7), hashtags: [`k${random.below(4)}`] })),
  'most posts deleted, some before they are seen': (random) =>
    times(120, (i) => {
      const id = random.below(40);
      return i % 2 === 0 ? post(id, { n: 1 }) : makeDelete(placed(id, id % 60, random.below(2) * 2));
    }),
  'scores that a double cannot add up': (random) =>
    times(100, (i) => post(i, { hashtags: [`k${i % 4}`], likes: 1_000_000_000 - random.below(3) })),
};

test.each(Object.entries(DISTRIBUTIONS))(
  'in any order of arrival every level equals the computation from the events: %s',
  { timeout: 120_000 },
  async (_, draw) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = seededRandom(seed);
        const world = trendsWorld(AFTER);
        const events = draw(random);
        const arriving = shuffled(random, events);
        for (let sent = 0; sent < arriving.length;) {
          const size = 1 + random.below(60);
          // Deployments in between change over how many partitions a minute is spread.
          world.settings = { ...world.settings, writeShards: 1 + random.below(4) };
          await world.write(arriving.slice(sent, (sent += size)));
          if (random.chance(0.5)) await world.aggregateAll();
        }
        await world.aggregateAll();

        expect(world.stores.markNames()).toEqual([]);
        await expectFormula(world, events, { windows: WINDOWS, categories: CATEGORIES });
      }),
      { numRuns: 8 },
    );
  },
);

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const order = new Map(list.map((item) => [item, random.next()]));
  return list.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

test(
  'two runs of each aggregation and a writer, interleaved at every step, are exact',
  { timeout: 120_000 },
  async () => {
    const draw = DISTRIBUTIONS['a burst in one minute'];
    const events = draw?.(seededRandom(1)) ?? [];
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = trendsWorld(AFTER);
        await world.write(events.slice(0, 100));
        world.stores.onStep = (step) => scheduler.schedule(Promise.resolve(), step);
        await scheduler.waitFor(
          Promise.all([everything(world), everything(world), world.write(events.slice(100), 100)]),
        );
        world.stores.onStep = () => undefined;
        await world.aggregateAll();

        expect(world.stores.markNames()).toEqual([]);
        await expectFormula(world, events, { windows: WINDOWS, categories: ['all'] });
      }),
      { numRuns: 15 },
    );
  },
);

async function everything(world: TrendsWorld): Promise<void> {
  await Promise.all((['minute', '5-minute', 'hour'] as const).map((name) => world.aggregate(name)));
}

test('a minute of 100,000 keywords is exact at every level', { timeout: 120_000 }, async () => {
  const world = trendsWorld(AFTER);
  const events = times(5_000, (i) =>
    post(i, { minute: 29, likes: i % 50, hashtags: times(20, (n) => `k${i * 20 + n}`) }),
  );
  for (let i = 0; i < events.length; i += 500) await world.write(events.slice(i, i + 500), i);
  await world.aggregateAll();

  const windows = WINDOW_NAMES.map((name) => windowAt(name, HOUR_MS + 29 * MINUTE_MS));
  await expectFormula(world, events, { windows, categories: ['all'] });
  const found = await world.stores.snapshots.read(windows.at(-1) ?? windowAt('hour', HOUR_MS));
  expect(found?.snapshot.categories.get('all')?.keywords).toBe(100_000);
  expect(await ranking(world, windowAt('hour', HOUR_MS))).toHaveLength(100);
});
