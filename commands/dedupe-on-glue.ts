import {
  ConcurrentRunsExceededException,
  GetJobRunCommand,
  GetJobRunsCommand,
  StartJobRunCommand,
  type GlueClient,
  type JobRun,
} from '@aws-sdk/client-glue';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

import { parseJson } from '../core/parse-json.ts';
import { SetupError } from '../deployment/command-line.ts';
import {
  bothAttempts,
  DedupeSummarySchema,
  isTrouble,
  LAST_RUN_KEY,
  type DedupeSummary,
} from '../storage/lake/dedupe-summary.ts';

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
 * Waits for a run, which may first wait for spare capacity, and for the one that Glue starts where it has failed.
 * @returns what they did, all attempts together
 * @throws SetupError if the last one has failed and has not said which days it could not make, with what Glue says
 */
export async function awaitOnGlue(job: GlueJob, runId: string): Promise<DedupeSummary> {
  const run = await awaitEnd(job, runId);
  const summary = await readSummary(job, run);
  if (run.JobRunState === 'SUCCEEDED') {
    if (summary !== undefined) return summary;
    throw new SetupError(
      `The run has succeeded, and has not said in ${LAST_RUN_KEY} what it did: deploy the job again.`,
    );
  }
  const reason = `The run ${runId} has ended as ${run.JobRunState}: ${run.ErrorMessage ?? 'its log says why'}`;
  const nextId = run.JobRunState === 'STOPPED' ? undefined : await nextAttempt(job, runId);
  if (nextId !== undefined) {
    job.say(`${reason}\nGlue tries it again: ${nextId}`);
    const last = await awaitOnGlue(job, nextId);
    return summary === undefined ? last : bothAttempts(summary, last);
  }
  if (summary === undefined || !isTrouble(summary)) throw new SetupError(reason);
  job.say(reason);
  return summary;
}

async function awaitEnd(job: GlueJob, runId: string): Promise<JobRun> {
  let said: string | undefined;
  for (;;) {
    const run = await lookAt(job, runId);
    const state = run.JobRunState ?? 'UNKNOWN';
    if (state !== said) job.say(`${runId}: ${state}`);
    said = state;
    if (ENDED.has(state)) return run;
    await job.pause();
  }
}

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'ERROR', 'TIMEOUT', 'STOPPED', 'EXPIRED']);

/** Looks at how many times for the attempt that follows a failed one, which does not begin at once. */
const NEXT_LOOKS = 6;
const NEWEST_RUNS = 20;

/**
 * A retry is a run of its own, that names the one before
 * (https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-runs.html). Undefined if Glue does not try again.
 */
async function nextAttempt({ glue, jobName, pause }: GlueJob, runId: string): Promise<string | undefined> {
  for (let look = 0; look < NEXT_LOOKS; look++) {
    const { JobRuns = [] } = await glue.send(new GetJobRunsCommand({ JobName: jobName, MaxResults: NEWEST_RUNS }));
    const next = JobRuns.find(({ PreviousRunId }) => PreviousRunId === runId);
    if (next !== undefined) return next.Id;
    await pause();
  }
  return undefined;
}

async function lookAt({ glue, jobName }: GlueJob, RunId: string): Promise<JobRun> {
  const { JobRun = {} } = await glue.send(new GetJobRunCommand({ JobName: jobName, RunId }));
  return JobRun;
}

/** Undefined where the run has not come so far that it says what it did. */
async function readSummary({ s3, bucketName }: GlueJob, { StartedOn }: JobRun): Promise<DedupeSummary | undefined> {
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: LAST_RUN_KEY })).catch(nothingThere);
  const { LastModified } = answer ?? {};
  if (LastModified === undefined || StartedOn === undefined || LastModified < StartedOn) return undefined;
  return DedupeSummarySchema.safeParse(parseJson((await answer?.Body?.transformToString()) ?? '')).data;
}

function nothingThere(error: unknown): undefined {
  if (!(error instanceof NoSuchKey)) throw error;
}
