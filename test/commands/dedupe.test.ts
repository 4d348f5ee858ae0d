import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import {
  ConcurrentRunsExceededException,
  GetJobRunCommand,
  GetJobRunsCommand,
  StartJobRunCommand,
  type GlueClient,
  type JobRun,
} from '@aws-sdk/client-glue';
import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { awaitOnGlue, startOnGlue, type GlueJob } from '../../commands/dedupe-on-glue.ts';
import { dedupeText } from '../../commands/dedupe-text.ts';
import { isTrouble, objectsMade, type DedupeSummary } from '../../storage/lake/dedupe-summary.ts';
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

/** A Glue whose runs go through these states, the one after the other, and that says which runs there are. */
function glueJob(
  states: readonly JobRun[],
  said: string | readonly string[] = JSON.stringify(SUMMARY),
  saidAt = STARTED,
  runs: readonly (readonly JobRun[])[] = [],
) {
  const sent: unknown[] = [];
  const lines: string[] = [];
  let look = 0;
  let list = 0;
  let read = 0;
  const glue = {
    send: (command: unknown) => {
      if (command instanceof StartJobRunCommand) sent.push(command.input);
      if (command instanceof GetJobRunCommand) return Promise.resolve({ JobRun: states[look++] });
      if (command instanceof GetJobRunsCommand) return Promise.resolve({ JobRuns: runs[list++] ?? [] });
      return Promise.resolve({ JobRunId: 'jr_1' });
    },
  };
  const transformToString = async () => (typeof said === 'string' ? said : said[read++]);
  const s3 = { send: () => Promise.resolve({ Body: { transformToString }, LastModified: saidAt }) };
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

const TROUBLE: DedupeSummary = {
  ...SUMMARY,
  days: { '2026-11-20': { ...COUNTS, damaged: ['raw/a.gz'] } },
  failed: { '2026-11-21': 'OSError: 503' },
};

test('a run that Glue tries again is followed, and what both did is told together', async () => {
  const ended: JobRun[] = [
    { JobRunState: 'FAILED', StartedOn: STARTED, ErrorMessage: 'Some days failed' },
    { JobRunState: 'RUNNING', StartedOn: STARTED },
    { JobRunState: 'SUCCEEDED', StartedOn: STARTED },
  ];
  const second: DedupeSummary = { ...SUMMARY, days: { '2026-11-21': { ...COUNTS, damaged: [] } }, untouched: 4 };
  const others: JobRun = { Id: 'jr_0', PreviousRunId: 'jr_other' };
  const runs = [[others], [{ Id: 'jr_1_attempt_1', PreviousRunId: 'jr_1' }, others]];
  const { job, lines } = glueJob(ended, [JSON.stringify(TROUBLE), JSON.stringify(second)], STARTED, runs);

  const summary = await awaitOnGlue(job, 'jr_1');

  expect(summary).toEqual({
    ...SUMMARY,
    days: { ...TROUBLE.days, ...second.days },
    totals: { rows: 24, posts: 18, duplicates: 2, deletes: 2, corrupt_lines: 2, wrong_types: 0 },
  });
  expect(lines).toEqual([
    'jr_1: FAILED',
    'The run jr_1 has ended as FAILED: Some days failed\nGlue tries it again: jr_1_attempt_1',
    'jr_1_attempt_1: RUNNING',
    'jr_1_attempt_1: SUCCEEDED',
  ]);
});

test('of a run that has failed for good it is told what it did', async () => {
  const states: JobRun[] = [{ JobRunState: 'FAILED', StartedOn: STARTED, ErrorMessage: 'Some days failed' }];
  const { job, lines } = glueJob(states, JSON.stringify(TROUBLE));

  expect(await awaitOnGlue(job, 'jr_1')).toEqual(TROUBLE);
  expect(lines.at(-1)).toBe('The run jr_1 has ended as FAILED: Some days failed');
});

test.each([
  [SUMMARY, false],
  [{ ...SUMMARY, days: TROUBLE.days }, true],
  [{ ...SUMMARY, failed: TROUBLE.failed }, true],
  [{ ...SUMMARY, left_alone: ['2026-11-20'] }, true],
  [{ ...SUMMARY, missing: ['2026-11-20'] }, false],
])('a damaged object, a day that was left and one that failed are to be looked at (%#)', (summary, expected) => {
  expect(isTrouble(summary)).toBe(expected);
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
    'Left as they are, because raw objects that they were made of are gone or broken: 2026-11-18; --day makes them anyway.',
    'The lake has nothing of 2026-11-17: days are UTC.',
    '2026-11-19 failed: OSError: the disk is full',
  ]);
});

test('a run that had nothing to do says so', () => {
  expect(dedupeText({ ...SUMMARY, days: {}, totals: { ...COUNTS, corrupt_lines: 0 } })).toBe(
    'No day was made; 3 untouched.',
  );
});

test('a run over an empty lake says that raw/ is empty', () => {
  const nothing = { ...SUMMARY, days: {}, totals: { ...COUNTS, corrupt_lines: 0 }, untouched: 0 };

  expect(dedupeText(nothing)).toMatch(/^raw\/ is empty/);
  expect(dedupeText({ ...nothing, missing: ['2020-01-01'] })).toBe(
    'No day was made; 0 untouched.\nThe lake has nothing of 2020-01-01: days are UTC.',
  );
});

test('nothing more is put back once a run is to end', async () => {
  const s3 = { send: () => expect.unreachable() } as unknown as S3Client;
  const put = putBack({ s3, bucketName: 'lake', folder: tmpdir(), keys: ['a'], stop: AbortSignal.abort() });

  await expect(put).rejects.toThrow('aborted');
});
