import {
  ConcurrentRunsExceededException,
  GetJobRunCommand,
  StartJobRunCommand,
  type GlueClient,
  type JobRun,
} from '@aws-sdk/client-glue';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

import { parseJson } from '../core/parse-json.ts';
import { SetupError } from '../deployment/command-line.ts';
import { DedupeSummarySchema, LAST_RUN_KEY, type DedupeSummary } from '../storage/lake/dedupe-summary.ts';

export interface GlueJob {
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly jobName: string;
  /** Waits between two looks at the run. */
  readonly pause: () => Promise<unknown>;
  readonly say: (line: string) => void;
}

/**
 * Starts the dedupe job.
 * @param days as in `2026-11-20`; none: those that were touched
 * @returns id of the run
 * @throws SetupError if a run is under way
 */
export async function startOnGlue({ glue, jobName }: GlueJob, days: readonly string[]): Promise<string> {
  const Arguments = days.length === 0 ? {} : { '--day': days.join(',') };
  try {
    const { JobRunId = '' } = await glue.send(new StartJobRunCommand({ JobName: jobName, Arguments }));
    return JobRunId;
  } catch (error) {
    if (!(error instanceof ConcurrentRunsExceededException)) throw error;
    throw new SetupError('A run of the dedupe job is under way: wait until it is done, then run this again.', {
      cause: error,
    });
  }
}

/**
 * Waits for a run, which may first wait for spare capacity, and reads what it did.
 * @throws SetupError if it has failed, with what Glue says
 */
export async function awaitOnGlue(job: GlueJob, runId: string): Promise<DedupeSummary> {
  let said: string | undefined;
  for (;;) {
    const run = await lookAt(job, runId);
    const state = run.JobRunState ?? 'UNKNOWN';
    if (state !== said) job.say(`${runId}: ${state}`);
    said = state;
    if (state === 'SUCCEEDED') return readSummary(job, run);
    if (ENDED.has(state))
      throw new SetupError(`The run ${runId} has ended as ${state}: ${run.ErrorMessage ?? 'its log says why'}`);
    await job.pause();
  }
}

const ENDED: ReadonlySet<string> = new Set(['FAILED', 'ERROR', 'TIMEOUT', 'STOPPED', 'EXPIRED']);

async function lookAt({ glue, jobName }: GlueJob, RunId: string): Promise<JobRun> {
  const { JobRun = {} } = await glue.send(new GetJobRunCommand({ JobName: jobName, RunId }));
  return JobRun;
}

async function readSummary({ s3, bucketName }: GlueJob, { StartedOn }: JobRun): Promise<DedupeSummary> {
  const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: LAST_RUN_KEY }));
  const { data } = DedupeSummarySchema.safeParse(parseJson((await Body?.transformToString()) ?? ''));
  const isOfRun = LastModified !== undefined && StartedOn !== undefined && LastModified >= StartedOn;
  if (data !== undefined && isOfRun) return data;
  throw new SetupError(`The run has succeeded, and has not said in ${LAST_RUN_KEY} what it did: deploy the job again.`);
}
