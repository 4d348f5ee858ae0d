import { expect, test } from 'vitest';

import type { SeedReport } from './run-seed.ts';
import { runSeeds } from './run-seeds.ts';

/** A module for a thread, of which seed 5 waits for ever, and seed 9 ends the thread. */
const worker = moduleOf(`
import { parentPort, workerData } from 'node:worker_threads';
const { from, to, step } = workerData;
for (let seed = from; seed <= to; seed += step) {
  if (seed === 5) await new Promise(() => undefined);
  if (seed === 9) process.exit(0);
  parentPort.postMessage({ seed, violations: seed === 7 ? ['wrong'] : [], faults: new Map() });
}`);

function moduleOf(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

test.each([1, 2, 3])('every seed is reported, and one that never ends is wrong, with jobs: %d', async (jobs) => {
  const reports: SeedReport[] = [];
  await runSeeds({ from: 1, to: 12, jobs, worker }, (report) => reports.push(report) > 0);

  expect(reports.map(({ seed }) => seed).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const failing = reports.filter(({ violations }) => violations.length > 0).toSorted((a, b) => a.seed - b.seed);
  expect(failing.map(({ seed, violations: [first] }) => `${seed}: ${first}`)).toEqual([
    '5: the run never ended: it waits for something that does not happen',
    '7: wrong',
    '9: the run never ended: it waits for something that does not happen',
  ]);
});

test('no seed is reported after one that was enough', async () => {
  const seeds: number[] = [];
  await runSeeds({ from: 1, to: 12, jobs: 2, worker }, ({ seed }) => {
    seeds.push(seed);
    return seeds.length < 3;
  });

  expect(seeds).toHaveLength(3);
});

test('what a thread throws ends the suite', async () => {
  const failing = moduleOf(`throw new Error('no such file');`);

  await expect(runSeeds({ from: 1, to: 3, jobs: 2, worker: failing }, () => true)).rejects.toThrow('no such file');
});
