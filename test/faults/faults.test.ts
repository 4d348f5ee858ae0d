import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { MUTATIONS } from './mutations.ts';
import { runSeed } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SEEDS = 60;

test(
  `after the faults of each of ${SEEDS} seeds the tables are those of a calm day`,
  { timeout: 300_000 },
  async () => {
    const failed: string[] = [];
    let done = 0;
    await runSeeds({ from: 1, to: SEEDS, jobs: 2 }, ({ seed, violations }) => {
      done += 1;
      if (violations.length > 0) failed.push(`npm run faults -- --seed ${seed}: ${violations[0]}`);
      return true;
    });

    expect(failed).toEqual([]);
    expect(done).toBe(SEEDS);
  },
);

test('the same seed takes the same course', { timeout: 60_000 }, async () => {
  const logs = await Promise.all([1, 2].map(() => logOf(7)));

  expect(logs[0]?.length).toBeGreaterThan(100);
  expect(logs[1]).toEqual(logs[0]);
});

async function logOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await runSeed(seed, (line) => lines.push(line));
  return lines;
}

test('a deliberate break is noticed', { timeout: 120_000 }, async () => {
  const noticed: string[] = [];
  await runSeeds({ from: 1, to: 20, jobs: 2, mutation: 'first-observation-wins' }, ({ violations }) => {
    noticed.push(...violations);
    return noticed.length === 0;
  });

  expect(noticed).not.toEqual([]);
});

test.each(MUTATIONS)('the break $name is of a place that is there once', ({ edits }) => {
  for (const { file, find, replace } of edits) {
    expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  }
});
