import { Worker } from 'node:worker_threads';

import type { SeedReport } from './run-seed.ts';
import type { WorkerTask } from './seed-worker.ts';

export interface SeedRange {
  readonly from: number;
  readonly to: number;
  /** The name of a deliberate break. */
  readonly mutation?: string | undefined;
  /** How many run at once. */
  readonly jobs: number;
}

/**
 * Runs seeds in worker threads until `onReport`, which is told of each as it comes, does not want more.
 * @throws what a worker throws: a fault of the suite itself
 */
export async function runSeeds(
  { from, to, mutation, jobs }: SeedRange,
  onReport: (report: SeedReport) => boolean,
): Promise<void> {
  const workers = Array.from({ length: jobs }, (_, i) => {
    const task: WorkerTask = { from: from + i, to, step: jobs, mutation };
    return new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: task });
  });
  const endAll = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on('message', (report: SeedReport) => void (onReport(report) || endAll()));
          worker.on('error', reject);
          worker.on('exit', () => resolve());
        }),
    ),
  ).finally(endAll);
}
