import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as z from 'zod';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { naiveRanking } from '../../commands/naive-ranking.ts';
import { minuteStartMs, windowAt, windowBefore, type WindowName } from '../../core/windows.ts';
import { makeSettings } from '../support/make-settings.ts';
import { randomEvents } from '../support/random-events.ts';
import { runScript } from '../support/run-script.ts';

const HOUR_MS = 3_600_000;
const env = inject('environment');
const RowsSchema = z.array(
  z.object({
    rank: z.int(),
    key_word: z.string(),
    category: z.string(),
    key_datetime: z.string(),
    score: z.number(),
    mentions: z.int(),
    authors: z.int(),
  }),
);

// Two hours that have long ended: nothing but these events is in them.
const hour = windowBefore(windowAt('hour', Date.now() - 30 * HOUR_MS));
const events = randomEvents({
  seed: 7,
  count: 1_500,
  fromMs: hour.startMs,
  toMs: hour.startMs + 2 * HOUR_MS,
  name: 'path',
});
const minutes = events.map((event) => event.created_at.slice(0, 16)).toSorted();
const busyMinuteMs = minuteStartMs(minutes[Math.floor(minutes.length / 3)] ?? '');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-path-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('a file of events, in any order and repeated, is in the live tables when --wait returns', async () => {
  const file = join(folder, 'events.jsonl');
  await writeFile(file, [...events.map((event) => JSON.stringify(event)), 'not an event', ''].join('\n'));

  const { code, stdout } = await runScript(['producers/main.ts', 'file', '--file', file, '--wait', '--json'], { env });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ sent: events.length, rejected: 1, rejected_reasons: { not_json: 1 } });
});

describe.each([
  ['minute', busyMinuteMs],
  ['minute', minuteStartMs(minutes.at(-1) ?? '')],
  ['5-minute', hour.startMs + 33 * 60_000],
  ['5-minute', hour.startMs + 59 * 60_000],
  ['hour', hour.startMs],
  ['hour', hour.startMs + HOUR_MS],
] as const)('the %s at %d', (name: WindowName, atMs) => {
  const at = new Date(atMs).toISOString().slice(0, 16);
  const window = windowAt(name, atMs);

  test('is aggregated on request', async () => {
    const { code, stdout, stderr } = await runScript(['commands/aggregate.ts', '--window', name, '--at', at], { env });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${name} ${window.keyDatetime}`);
  });

  test.each(['all', 'source:twitter', 'source:reddit', 'tag:sport news', 'category:meetup/tech'])(
    'ranks %s as the formula says',
    async (category) => {
      const args = ['--window', name, '--at', at, '--category', category, '--limit', '100', '--json'];
      const { code, stdout } = await runScript(['commands/top.ts', ...args], { env });

      const span = { fromMs: window.startMs, toMs: window.endMs };
      const expected = naiveRanking(events, { ...span, category, weights: makeSettings().weights });
      expect(code).toBe(0);
      expect(RowsSchema.parse(JSON.parse(stdout))).toEqual(
        expected.map((row) => ({ ...row, score: Number(row.score) / 1e6, category, key_datetime: window.keyDatetime })),
      );
    },
  );
});

test('an empty window is an empty array and exit 0', async () => {
  const { code, stdout } = await runScript(
    ['commands/top.ts', '--window', 'hour', '--at', '2020-01-01T00:00', '--json'],
    {
      env,
    },
  );

  expect({ code, stdout }).toEqual({ code: 0, stdout: '[]\n' });
});

test('a window that accepts no changes any more is refused with a sentence', async () => {
  const { stdout } = await runScript(['commands/aggregate.ts', '--window', 'hour', '--at', '2020-01-01T00:00'], {
    env,
  });

  expect(stdout).toContain('accepts no changes any more');
});
