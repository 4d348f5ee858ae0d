import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';

import { minuteStartMs, windowAt } from '../../core/windows.ts';
import { makePost } from '../support/make-event.ts';
import { randomEvents } from '../support/random-events.ts';
import { runScript } from '../support/run-script.ts';

const HOUR_MS = 3_600_000;
const env = inject('environment');
const TopSchema = z.array(z.object({ rank: z.int(), key_word: z.string(), score: z.number(), mentions: z.int() }));
const TraceSchema = z.object({
  score: z.number(),
  mentions: z.int(),
  contributions: z.array(z.object({ id: z.string(), score: z.number() })),
  shown: z.object({ rank: z.int(), score: z.number(), mentions: z.int() }),
  equal: z.boolean(),
});
const SeriesSchema = z.array(z.looseObject({ key_datetime: z.string(), state: z.string() }));

// An hour that has long ended and that no other suite writes to.
const hour = windowAt('hour', Date.now() - 20 * HOUR_MS);
const events = randomEvents({ seed: 11, count: 400, fromMs: hour.startMs, toMs: hour.endMs, name: 'explain' });
const minutes = Map.groupBy(events, (event) => event.created_at.slice(0, 16));
const [busyMinute = ''] = [...minutes].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
const busyMs = minuteStartMs(busyMinute);
const WINDOWS = [
  ['minute', busyMs],
  ['5-minute', busyMs],
  ['hour', hour.startMs],
] as const;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-explain-'));
  file = join(folder, 'events.jsonl');
  await writeFile(file, [...events.map((event) => JSON.stringify(event)), 'not an event', ''].join('\n'));
  await run('producers/main.ts', 'file', '--file', file, '--wait', '--json');
  for (const [name, atMs] of WINDOWS) await run('commands/aggregate.ts', '--window', name, '--at', timeOf(atMs));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What a command prints. @throws Error if it does not succeed */
async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript(args, { env });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}

describe.each(WINDOWS)('of the %s at %d', (name, atMs) => {
  const at = ['--window', name, '--at', timeOf(atMs)];

  test.each(['all', 'source:reddit', 'tag:sport news', 'category:meetup/tech'])(
    'rank --file prints of %s what top prints, byte for byte',
    async (category) => {
      const options = [...at, '--category', category, '--limit', '100', '--json'];

      const top = await run('commands/top.ts', ...options);

      expect(await run('commands/rank.ts', '--file', file, ...options)).toBe(top);
      if (category === 'all') expect(TopSchema.parse(JSON.parse(top))).not.toEqual([]);
    },
  );

  test.each(['all', 'tag:music'])('trace adds up to the cells of top in %s', async (category) => {
    const top = TopSchema.parse(
      JSON.parse(await run('commands/top.ts', ...at, '--category', category, '--limit', '100', '--json')),
    );
    const cells = [top[0], top.at(-1)].filter((cell) => cell !== undefined);

    for (const { key_word, rank, score, mentions } of cells) {
      const options = ['--keyword', key_word, ...at, '--category', category, '--json'];
      const traced = TraceSchema.parse(JSON.parse(await run('commands/trace.ts', ...options)));

      expect(traced).toMatchObject({ equal: true, score, mentions, shown: { rank, score, mentions } });
      expect(traced.contributions).toHaveLength(mentions);
    }
  });
});

test('keyword shows the hour as top does, and gaps where nothing was said', async () => {
  const [first] = TopSchema.parse(
    JSON.parse(await run('commands/top.ts', '--window', 'hour', '--at', timeOf(hour.startMs), '--json')),
  );
  const { key_word = '', rank, score, mentions } = first ?? {};

  const series = SeriesSchema.parse(JSON.parse(await run('commands/keyword.ts', key_word, '--since', '22h', '--json')));

  expect(series.find(({ key_datetime }) => key_datetime === hour.keyDatetime)).toMatchObject({
    state: 'ranked',
    from: 'row',
    rank,
    score,
    mentions,
  });
  expect(series.at(0)).toMatchObject({ state: 'absent', score: 0 });
});

test('a late post is told of: the mark that waits, and what to do', async () => {
  const times = { created_at: new Date(busyMs).toISOString(), observed_at: new Date(busyMs + 1).toISOString() };
  const late = join(folder, 'late.jsonl');
  await writeFile(late, JSON.stringify(makePost({ id: 'twitter:explain-late', hashtags: ['late'], ...times })));
  await run('producers/main.ts', 'file', '--file', late, '--wait', '--json');
  const options = ['--keyword', 'late', '--window', 'hour', '--at', timeOf(hour.startMs)];

  // The mark may be taken by the schedule in the meantime: then they are equal.
  const traced = await runScript(['commands/trace.ts', ...options], { env });
  await run('commands/aggregate.ts', '--window', 'hour', '--at', timeOf(hour.startMs));
  const after = await run('commands/trace.ts', ...options);

  expect(traced.stdout).toMatch(/NOT equal\. Minutes wait|: equal\./);
  expect(after).toMatch(/1 x 1 mention\nThe ranking shows rank \d+, score 1, mentions 1: equal\./);
});

test('of a window whose rows have expired trace says so in a sentence', async () => {
  const stdout = await run('commands/trace.ts', '--keyword', 'cats', '--window', 'hour', '--at', '2020-01-01T00:00');

  expect(stdout).toContain('live rows are kept for 49 hours');
});
