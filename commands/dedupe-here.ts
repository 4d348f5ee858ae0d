import { join } from 'node:path';

import type { S3Client } from '@aws-sdk/client-s3';

import { parseJson } from '../core/parse-json.ts';
import { SetupError } from '../deployment/command-line.ts';
import { holdLock } from '../deployment/single-run.ts';
import { slowProgress } from '../deployment/slow-progress.ts';
import { DedupeSummarySchema, objectsMade, type DedupeSummary } from '../storage/lake/dedupe-summary.ts';
import { LAKE_PREFIXES } from '../storage/lake/lake-layout.ts';
import { copyDown } from '../storage/lake/local-copy.ts';
import { putBack } from '../storage/lake/put-back.ts';
import { runStoppable } from './spark-child.ts';

const { raw, posts, dedupeState } = LAKE_PREFIXES;

export interface DedupeHere {
  readonly s3: S3Client;
  readonly bucketName: string;
  /** Of its own: holds a copy of the lake between runs, so that only what is new is fetched. */
  readonly folder: string;
  /** As in `2026-11-20`; none: those that were touched. */
  readonly days: readonly string[];
  /** Ends the run where it is: what it has put into the bucket is whole days, and the next run makes the rest. */
  readonly stop: AbortSignal;
}

/**
 * Runs the dedupe job on this machine over a copy of the lake, and puts what it made into the bucket: of each day the
 * posts, then its state. One run at a time.
 * @throws SetupError if another run is under way, or Spark cannot run here; the reason of `stop`
 */
export async function dedupeHere({ s3, bucketName, folder, days, stop }: DedupeHere): Promise<DedupeSummary> {
  using _lock = holdLock(folder, 'run of `npm run dedupe`');
  const copy = join(folder, 'lake');
  const report = slowProgress('Objects of the lake fetched', process.stderr, Date.now);
  const onProgress = (done: number, all: number): void => {
    stop.throwIfAborted();
    report(done, all);
  };
  await copyDown({ s3, bucketName, prefixes: [raw, posts, dedupeState], folder: copy, onProgress });
  const summary = await runJob(copy, days, stop);
  await putBack({ s3, bucketName, folder: copy, keys: objectsMade(summary), stop });
  return summary;
}

async function runJob(copy: string, days: readonly string[], stop: AbortSignal): Promise<DedupeSummary> {
  const job = ['jobs/spark/local_entry.py', '--lake', copy, '--columns', 'jobs/spark/columns.json'];
  const args = [...job, ...days.flatMap((day) => ['--day', day])];
  const said = await runStoppable(['local/run.mjs', 'local/spark/main.ts', ...args], stop);
  const { data } = DedupeSummarySchema.safeParse(parseJson(said.trim().split('\n').at(-1) ?? ''));
  if (data !== undefined) return data;
  throw new SetupError('The dedupe job has not run to its end: the lines above say why; nothing was changed.');
}
