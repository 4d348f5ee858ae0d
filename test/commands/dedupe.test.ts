import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import {
  ConcurrentRunsExceededException,
  GetJobRunCommand,
  StartJobRunCommand,
  type GlueClient,
  type JobRun,
} from '@aws-sdk/client-glue';
import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { awaitOnGlue, startOnGlue, type GlueJob } from '../../commands/dedupe-on-glue.ts';
import { dedupeText } from '../../commands/dedupe-text.ts';
import { objectsMade, type DedupeSummary } from '../../storage/lake/dedupe-summary.ts';
import { putBack } from '../../storage/lake/put-back.ts';

const COUNTS = { rows: 12, posts: 9, duplicates: 1, deletes: 1, corrupt_lines: 1, wrong_types: 0 };
const SUMMARY: DedupeSummary = {
  totals: COUNTS,
  days: { '2026-11-20': { ...COUNTS, damaged: [] } },
  untouched: 3,
  left_alone: [],
  missing: [],
  failed: {},
};
const STARTED = new Date('2026-11-21T10:00:00Z');

/** A Glue whose run goes through these states. */
function glueJob(states: readonly JobRun[], said = JSON.stringify(SUMMARY), saidAt = STARTED) {
  const sent: unknown[] = [];
  const lines: string[] = [];
  let look = 0;
  const glue = {
    send: (command: unknown) => {
      if (command instanceof StartJobRunCommand) sent.push(command.input);
      if (command instanceof GetJobRunCommand) return Promise.resolve({ JobRun: states[look++] });
      return Promise.resolve({ JobRunId: 'jr_1' });
    },
  };
  const s3 = { send: () => Promise.resolve({ Body: { transformToString: async () => said }, LastModified: saidAt }) };
  const job: GlueJob = {
    glue: glue as unknown as GlueClient,
    s3: s3 as unknown as S3Client,
    bucketName: 'lake',
    jobName: 'dedupe',
    pause: async () => undefined,
    say: (line) => lines.push(line),
  };
  return { job, sent, lines };
}

test('a run on Glue is told its days in one argument', async () => {
  const { job, sent } = glueJob([]);

  expect(await startOnGlue(job, ['2026-11-20', '2026-11-21'])).toBe('jr_1');
  await startOnGlue(job, []);

  expect(sent).toEqual([
    { JobName: 'dedupe', Arguments: { '--day': '2026-11-20,2026-11-21' } },
    { JobName: 'dedupe', Arguments: {} },
  ]);
});

test('a second run at once is one sentence', async () => {
  const { job } = glueJob([]);
  const glue = {
    send: () => Promise.reject(new ConcurrentRunsExceededException({ message: 'max', $metadata: {} })),
  } as unknown as GlueClient;

  await expect(startOnGlue({ ...job, glue }, [])).rejects.toThrow(/^A run of the dedupe job is under way/);
});

test('a run is waited for, each of its states told once, and what it did is read', async () => {
  const states = ['WAITING', 'WAITING', 'RUNNING', 'SUCCEEDED'] as const;
  const { job, lines } = glueJob(states.map((JobRunState) => ({ JobRunState, StartedOn: STARTED })));

  expect(await awaitOnGlue(job, 'jr_1')).toEqual(SUMMARY);
  expect(lines).toEqual(['jr_1: WAITING', 'jr_1: RUNNING', 'jr_1: SUCCEEDED']);
});

test('a run that fails is told of with what Glue says', async () => {
  const { job } = glueJob([{ JobRunState: 'FAILED', ErrorMessage: 'Some days failed' }]);

  await expect(awaitOnGlue(job, 'jr_1')).rejects.toThrow('The run jr_1 has ended as FAILED: Some days failed');
});

test('what an earlier run has said is not taken for that of this one', async () => {
  const states: JobRun[] = [{ JobRunState: 'SUCCEEDED', StartedOn: STARTED }];
  const { job } = glueJob(states, JSON.stringify(SUMMARY), new Date(STARTED.getTime() - 1));

  await expect(awaitOnGlue(job, 'jr_1')).rejects.toThrow('has not said');
});

test('of each day the posts are put back before their state, so that a run cut short is done again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-dedupe-'));
  const keys = objectsMade(SUMMARY);
  for (const key of keys) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), key);
  }
  const put: string[] = [];
  const s3 = {
    send: async ({ input }: PutObjectCommand) => {
      put.push(`${input.Key} ${input.ContentLength}`);
      for await (const chunk of input.Body as AsyncIterable<Buffer>) expect(chunk.toString()).toBe(input.Key);
    },
  } as unknown as S3Client;

  await putBack({ s3, bucketName: 'lake', folder, keys });
  await rm(folder, { recursive: true });

  expect(keys).toEqual([
    'errors/year=2026/month=11/day=20/error=dedupe/lines.json.gz',
    'posts/year=2026/month=11/day=20/posts.parquet',
    'dedupe-state/year=2026/month=11/day=20.json',
  ]);
  expect(put).toEqual(keys.map((key) => `${key} ${key.length}`));
});

test('a person is told what was made, what was kept aside and what is left to do', () => {
  const text = dedupeText({
    ...SUMMARY,
    left_alone: ['2026-11-18'],
    missing: ['2026-11-17'],
    failed: { '2026-11-19': 'OSError: the disk is full' },
  });

  expect(text.split('\n')).toEqual([
    '1 day made, 3 untouched: 9 posts of 12 rows (1 older or repeated, 1 deleted).',
    '1 line that is no row, kept under errors/…/error=dedupe/.',
    'Left as they are, because raw objects are gone: 2026-11-18; --day makes them anyway.',
    'The lake has nothing of 2026-11-17.',
    '2026-11-19 failed: OSError: the disk is full',
  ]);
});

test('a run that had nothing to do says so', () => {
  expect(dedupeText({ ...SUMMARY, days: {}, totals: { ...COUNTS, corrupt_lines: 0 } })).toBe(
    'No day was made; 3 untouched.',
  );
});
