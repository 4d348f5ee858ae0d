import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makePost } from '../support/make-event.ts';
import { runScript } from '../support/run-script.ts';

const AT = ['--window', 'hour', '--at', '2020-11-20T17:38'];
const TIMES = { created_at: '2020-11-20T17:38:40.000Z', observed_at: '2020-11-20T17:38:45.000Z' };
const LINES = [
  JSON.stringify(makePost({ ...TIMES, hashtags: ['cats'], metrics: { likes: 1 } })),
  'not an event',
  '',
  JSON.stringify(makePost({ ...TIMES, id: 'twitter:2', hashtags: ['dogs', '\u0007bell'] })),
  JSON.stringify(makePost({ id: 'twitter:3', hashtags: ['ahead'], created_at: '2999-01-01T00:00:00.000Z' })),
  JSON.stringify(makePost({ ...TIMES, id: 'twitter:4', text: '\ud800', hashtags: ['half'] })),
].join('\r\n');
const ROWS = [
  { rank: 1, key_word: 'cats', category: 'all', key_datetime: '2020-11-20T17:00', score: 1.3, mentions: 1, authors: 0 },
  {
    rank: 2,
    key_word: '\u0007bell',
    category: 'all',
    key_datetime: '2020-11-20T17:00',
    score: 1,
    mentions: 1,
    authors: 0,
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-rank-'));
  await writeFile(join(folder, 'events.jsonl'), LINES);
  await writeFile(join(folder, 'events.jsonl.gz'), gzipSync(LINES));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command as its npm script does, without anything of AWS in its environment. */
function rank(...args: string[]) {
  return runScript(['commands/rank.ts', ...args], { env: {} });
}

describe('npm run rank', () => {
  test.each(['events.jsonl', 'events.jsonl.gz'])('ranks %s as top --json does, without AWS', async (name) => {
    const { code, stdout } = await rank('--file', join(folder, name), ...AT, '--limit', '2', '--json');

    expect({ code, rows: JSON.parse(stdout) }).toEqual({ code: 0, rows: ROWS });
  });

  test('says on standard error how many lines are no event', async () => {
    const { stderr } = await rank('--file', join(folder, 'events.jsonl'), ...AT, '--json');

    expect(stderr).toBe('3 lines are no event and not counted.\n');
  });

  test('tells ids that break the contract: created in two minutes', async () => {
    const file = join(folder, 'moved.jsonl');
    const [first, second] = ['17:38', '17:40'].map((time) =>
      JSON.stringify(makePost({ ...TIMES, created_at: `2020-11-20T${time}:00.000Z`, hashtags: ['cats'] })),
    );
    await writeFile(file, `${first}\n${second}\n`);

    const { stdout, stderr } = await rank('--file', file, ...AT, '--json');

    expect(stderr).toMatch(/^1 id has observations with created_at in different minutes/);
    expect(JSON.parse(stdout)).toMatchObject([{ key_word: 'cats', mentions: 2 }]);
  });

  test('shows people a table in which a keyword cannot move the cursor', async () => {
    const { stdout } = await rank('--file', join(folder, 'events.jsonl'), ...AT);

    expect(stdout).toMatch(/^ +1 +cats +1\.3 +1 +0$/m);
    expect(stdout).not.toContain('\u0007');
  });

  test('an empty window is an empty array', async () => {
    const { stdout } = await rank('--file', join(folder, 'events.jsonl'), ...AT, '--category', 'tag:none', '--json');

    expect(stdout).toBe('[]\n');
  });

  test.each([
    ['no file', [...AT], '--file is missing'],
    ['a file that is not there', ['--file', 'nowhere.jsonl', ...AT], 'There is no file nowhere.jsonl'],
    ['no window', ['--file', 'package.json', '--at', '2020-11-20T17:38'], '--window is ""; allowed is minute'],
    ['no time', ['--file', 'package.json', '--window', 'hour'], '--at is missing'],
  ])('%s is a sentence with the usage', async (_case, args, sentence) => {
    const { code, stderr } = await rank(...args);

    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('Usage: npm run rank');
  });

  test('a file that breaks off is a sentence', async () => {
    const file = join(folder, 'broken.jsonl.gz');
    await writeFile(file, gzipSync(LINES).subarray(0, 60));

    const { code, stderr } = await rank('--file', file, ...AT);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot be read to its end') });
  });
});
