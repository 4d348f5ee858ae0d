import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { runCdk } from '../../local/cdk-cli.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-cdk-'));
  await mkdir(join(root, 'node_modules', '.bin'), { recursive: true });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('what the CLI says goes to a log of its verb', async () => {
  await writeCdk('echo "did $1"');

  await runCdk(['deploy', '--all'], run());

  expect(await readFile(join(root, 'logs', 'cdk-deploy.log'), 'utf8')).toContain('did deploy');
});

test('a failure shows what the CLI said last and where the rest is', async () => {
  await writeCdk('for line in $(seq 100); do echo "line $line"; done; exit 1');

  const error = await runCdk(['synth'], run()).catch(String);

  expect(error).toContain('line 100\ncdk synth failed: the whole log is');
  expect(error).not.toContain('line 10\n');
});

test('a stop ends the CLI', async () => {
  await writeCdk('sleep 60');
  const stop = new AbortController();

  const running = runCdk(['deploy'], { ...run(), signal: stop.signal });
  stop.abort();

  await expect(running).rejects.toThrow('aborted');
});

function run() {
  return { root, env: process.env, logFolder: join(root, 'logs') };
}

async function writeCdk(script: string): Promise<void> {
  const path = join(root, 'node_modules', '.bin', 'cdk');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}
