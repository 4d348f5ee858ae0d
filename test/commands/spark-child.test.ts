import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { runStoppable } from '../../commands/spark-child.ts';

/** As Spark: starts another program, which does not care for Ctrl-C, and says when that runs. */
const PARENT = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  const inner = spawn(process.execPath, ['-e', 'process.on("SIGINT", () => 0); setInterval(() => 0, 1000)'], { stdio: 'inherit' });
  inner.on('spawn', () => writeFileSync(process.argv[2], ''));
  setInterval(() => 0, 1000);
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-child-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('what a program says is given back when it has ended', async () => {
  expect(await runStoppable(['-p', '6 * 7'], new AbortController().signal)).toBe('42\n');
});

test('a stop ends a program and what it has started, and is what is told', async () => {
  const program = join(folder, 'program.mjs');
  const started = join(folder, 'started');
  await writeFile(program, PARENT);
  const stop = new AbortController();

  const run = runStoppable([program, started], stop.signal);
  await vi.waitUntil(() => stat(started).catch(() => undefined), { timeout: 30_000 });
  stop.abort(new Error('Ctrl-C'));

  // It ends when nobody holds its stdout any more: as long as the inner one lives, that is not so.
  await expect(run).rejects.toThrow('Ctrl-C');
});

test('nothing is started after a stop', async () => {
  await expect(runStoppable(['-p', '1'], AbortSignal.abort())).rejects.toThrow('aborted');
});
