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
  /**
   * The module that runs seeds in a thread: it takes a WorkerTask and posts a SeedReport for each seed, in their order.
   * @default seed-worker.ts
   */
  readonly worker?: URL;
}

type OnReport = (report: SeedReport) => boolean;

/** Node ends a thread that waits for a promise which nothing is left to settle, and calls that no error. */
const UNFINISHED = 'the run never ended: it waits for something that does not happen';

/**
 * Runs seeds in worker threads until `onReport`, which is told of each as it comes, does not want more. A seed whose
 * run does not end is reported as wrong, and those after it are run in another thread.
 * @throws what a worker throws: a fault of the suite itself
 */
export async function runSeeds(range: SeedRange, onReport: OnReport): Promise<void> {
  const { from, to, mutation, jobs, worker = new URL('./seed-worker.ts', import.meta.url) } = range;
  const stop = new AbortController();
  const tell = (report: SeedReport): void => {
    if (!stop.signal.aborted && !onReport(report)) stop.abort();
  };
  const runLane = async (first: number): Promise<void> => {
    for (let seed = first; seed <= to; seed += jobs) {
      seed = await runThread(worker, { from: seed, to, step: jobs, mutation }, { tell, signal: stop.signal });
      if (seed <= to) tell({ seed, violations: [UNFINISHED], faults: new Map() });
      if (stop.signal.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, i) => runLane(from + i))).finally(() => stop.abort());
}

interface ThreadOptions {
  readonly tell: (report: SeedReport) => void;
  readonly signal: AbortSignal;
}

/** Runs seeds in one thread; resolves to the seed that was under way when it ended, which is past `to` if none was. */
function runThread(module: URL, task: WorkerTask, { tell, signal }: ThreadOptions): Promise<number> {
  const worker = new Worker(module, { workerData: task });
  const end = (): void => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  let underWay = task.from;
  return new Promise<number>((resolve, reject) => {
    worker.on('message', (report: SeedReport) => {
      underWay = report.seed + task.step;
      tell(report);
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(underWay));
  }).finally(() => signal.removeEventListener('abort', end));
}
