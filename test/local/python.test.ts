import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findPython } from '../../local/python.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-python-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('the first Python that is recent enough is found', async () => {
  await install('python3', { path: '/old', version: [3, 9, 1], hasVenv: true });
  await install('python3.12', { path: '/good', version: [3, 12, 1], hasVenv: true });

  expect(await find()).toEqual({ path: '/good', version: '3.12.1' });
});

test('no Python at all is one sentence that says what to install', async () => {
  await expect(find()).rejects.toThrow(/^The local emulator needs Python 3.10 or newer.*apt install.*brew install/);
});

test('a Python without venv is one sentence that says what to install', async () => {
  await install('python3', { path: '/bare', version: [3, 11, 2], hasVenv: false });

  await expect(find()).rejects.toThrow(/^Python 3\.11\.2 cannot make virtual environments.*python3-venv/);
});

test('a stand-in that only fails does not count', async () => {
  await writeProgram('python3', 'echo "command not found" >&2; exit 127');

  await expect(find()).rejects.toThrow('there is none in PATH');
});

function find() {
  return findPython({ PATH: folder });
}

async function install(name: string, probe: object): Promise<void> {
  await writeProgram(name, `echo '${JSON.stringify(probe)}'`);
}

async function writeProgram(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}
