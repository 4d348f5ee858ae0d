import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { GlueClient } from '@aws-sdk/client-glue';
import * as z from 'zod';

import { checkPreset, runCommand, SetupError, UsageError } from '../deployment/command-line.ts';
import { readLake } from '../deployment/read-outputs.ts';
import { clientConfig, resolveTarget, STATE_FOLDER, type Target } from '../deployment/target.ts';
import { s3Client } from '../storage/aws-clients.ts';
import { isTrouble, type DedupeSummary } from '../storage/lake/dedupe-summary.ts';
import { dedupeHere } from './dedupe-here.ts';
import { awaitOnGlue, startOnGlue, type GlueJob } from './dedupe-on-glue.ts';
import { dedupeText } from './dedupe-text.ts';

const USAGE = `Usage: npm run dedupe [-- --day 2026-11-20 …] [--json] [--preset trends] [--target aws [--no-wait]]
Makes posts/ of raw/ in the lake: of each post its latest observation, deleted ones left out. Only days that were touched
since the last run are made; twice gives the same. On this machine by Spark, which is installed on first use; with
--target aws by the job of Glue, whose end is waited for unless --no-wait. --day: makes these days, whatever was touched,
of what raw/ holds of them now. Ends with 1 where a day failed or was left as it is, or an object breaks off.`;

const STOPPED = 'Stopped: posts/ are as they were, or whole days new; the next run makes the rest.';
const INTERRUPTED = 130;

const LOOK_MS = 10_000;

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: { type: 'string', default: 'trends' },
      target: { type: 'string' },
      day: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      'no-wait': { type: 'boolean', default: false },
    },
  });
  const target = resolveTarget(values);
  if (values['no-wait'] && target.endpoint !== undefined) throw new UsageError('--no-wait belongs to --target aws.');
  const request = { preset: checkPreset(values.preset), days: values.day.map(checkDay), isAwaited: !values['no-wait'] };
  const stop = target.endpoint === undefined ? new AbortController().signal : listenForStop();
  const summary = await run(target, { ...request, stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
    console.error(STOPPED);
    return INTERRUPTED;
  });
  if (summary === undefined) return 0;
  if (typeof summary === 'number') return summary;
  console.log(values.json ? JSON.stringify(summary) : dedupeText(summary));
  return isTrouble(summary) ? 1 : 0;
});

interface Request {
  readonly preset: string;
  readonly days: readonly string[];
  readonly isAwaited: boolean;
  /** Of a run on this machine; one of Glue does not end with the terminal. */
  readonly stop: AbortSignal;
}

/** Undefined where nobody waits for the end. */
async function run(target: Target, { preset, days, isAwaited, stop }: Request): Promise<DedupeSummary | undefined> {
  const { LakeBucketName: bucketName, DedupeJobName: jobName } = await readLake(target, preset);
  const s3 = s3Client(clientConfig(target));
  if (target.endpoint !== undefined)
    return dedupeHere({ s3, bucketName, folder: join(STATE_FOLDER, 'dedupe', bucketName), days, stop });
  if (jobName === '') throw new SetupError('There is no dedupe job in that account: deploy the lake again.');
  const job: GlueJob = {
    glue: new GlueClient(clientConfig(target)),
    s3,
    bucketName,
    jobName,
    pause: () => delay(LOOK_MS),
    say: (line) => console.error(line),
  };
  const runId = await startOnGlue(job, days);
  if (isAwaited) return awaitOnGlue(job, runId);
  console.log(`Started: ${runId}.`);
  return undefined;
}

/** Ctrl-C, and an end from outside: Spark runs in a group of its own and would outlive this process. */
function listenForStop(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

function checkDay(day: string): string {
  if (z.iso.date().safeParse(day).success) return day;
  throw new UsageError(`--day is ${JSON.stringify(day)}; it must be a day as in 2026-11-20.`);
}
