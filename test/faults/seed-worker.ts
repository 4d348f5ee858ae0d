import { parentPort, workerData } from 'node:worker_threads';

import { mutate } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';

/** The seeds `from`, `from + step`, …, up to `to`; and the mutation to run them with. */
export interface WorkerTask {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly mutation: string | undefined;
}

const { from, to, step, mutation } = workerData as WorkerTask;
const chosen = MUTATIONS.find(({ name }) => name === mutation);
if (chosen !== undefined) mutate(chosen);
// Loaded only now: the product that it imports may have been broken.
const { runSeed } = await import('./run-seed.ts');
for (let seed = from; seed <= to; seed += step) {
  const result = await runSeed(seed);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a MessagePort has no origin
  parentPort?.postMessage(result);
}
