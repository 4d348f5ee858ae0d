import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import * as z from 'zod';

import { minuteKey, windowAt, windowBefore } from '../../core/windows.ts';
import { readTrends } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { findRowsIn } from '../../producers/await-live.ts';
import { documentClient } from '../../storage/aws-clients.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import { makePost } from '../support/make-event.ts';
import { runScript } from '../support/run-script.ts';

const HOUR_MS = 3_600_000;
const env = inject('environment');
const target = resolveTarget({}, env);
const documents = documentClient(clientConfig(target));
const { LiveTableNames } = await readTrends(target, 'trends');
const WITHIN = { timeout: 90_000, interval: 500 };
const SummarySchema = z.object({
  dry_run: z.boolean(),
  complete: z.boolean(),
  sources: z.record(z.string(), z.record(z.string(), z.int())),
  would_change: z
    .object({ minute_ranges: z.array(z.tuple([z.string(), z.string()])), hours: z.array(z.string()) })
    .optional(),
});

// Hours that have long ended: nothing but these posts is in them.
const hour = windowBefore(windowAt('hour', Date.now() - 20 * HOUR_MS));
const posts = Array.from({ length: 60 }, (_, i) => {
  const time = new Date(hour.startMs + i * 60_000).toISOString();
  return makePost({
    id: `mastodon:replay-${i}`,
    source: 'mastodon',
    created_at: time,
    observed_at: time,
    hashtags: [`replay${i % 7}`],
    metrics: { likes: i },
  });
});
const LOST = [10, 11, 12, 40];
const fromHour = new Date(Date.now()).toISOString().slice(0, 13);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-replay-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript(args, { env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

async function replay(...args: string[]) {
  const options = ['--from', fromHour, '--source', 'mastodon', '--json'];
  return SummarySchema.parse(JSON.parse(await run('producers/replay/main.ts', ...options, ...args)));
}

const at = ['--window', 'hour', '--at', minuteKey(hour.startMs)];

/** The ranking of the hour, as it is after an aggregation. */
async function ranking(): Promise<string> {
  await run('commands/aggregate.ts', ...at);
  return run('commands/top.ts', ...at, '--category', 'source:mastodon', '--limit', '100', '--json');
}

const keys = posts.map((post) => liveRowKey(post, 1));
const isThere = async () => (await findRowsIn(documents, LiveTableNames)('mastodon', keys)).length;

test('npm run replay finds what is lost, says what would change, and puts it back; a second time changes nothing', async () => {
  const file = join(folder, 'posts.jsonl');
  await writeFile(file, posts.map((post) => JSON.stringify(post)).join('\n'));
  await run('producers/main.ts', 'file', '--file', file, '--wait', '--json');
  const before = await ranking();
  expect(before).toContain('replay6');
  await vi.waitFor(async () => {
    const { sources } = await replay();
    expect(sources['mastodon']?.['events']).toBeGreaterThanOrEqual(posts.length);
  }, WITHIN);

  for (const i of LOST)
    await documents.send(new DeleteCommand({ TableName: LiveTableNames.mastodon, Key: { ...keys[i] } }));
  const dry = await replay('--dry-run');
  const minutes = dry.would_change?.minute_ranges.filter(([first]) => first.startsWith(hour.keyDatetime.slice(0, 13)));
  expect(minutes).toEqual([
    [keys[10]?.key_datetime.slice(0, 16), keys[12]?.key_datetime.slice(0, 16)],
    [keys[40]?.key_datetime.slice(0, 16), keys[40]?.key_datetime.slice(0, 16)],
  ]);
  expect(await isThere()).toBe(posts.length - LOST.length);

  for (let time = 0; time < 2; time++) {
    const sent = await replay('--to-stream');
    expect(sent.complete).toBe(true);
    expect(sent.sources['mastodon']?.['sent']).toBe(sent.sources['mastodon']?.['events']);
    await vi.waitFor(async () => expect(await isThere()).toBe(posts.length), WITHIN);
    expect(await ranking()).toBe(before);
  }
  expect((await replay()).would_change?.hours).not.toContain(hour.keyDatetime);
});

test('a time of which nothing is kept is told of in one sentence', async () => {
  const none = await runScript(['producers/replay/main.ts', '--from', '2020-01-01T00', '--to', '2020-01-01T02'], {
    env,
  });
  expect([none.code, none.stderr]).toEqual([0, '']);
  expect(none.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/none is kept any more|they are kept for 30 days/),
  ]);

  const wrong = await runScript(['producers/replay/main.ts', '--from', '10:30'], { env });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('allowed is a UTC hour or day');
});
