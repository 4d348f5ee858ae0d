import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { holdLock } from '../../deployment/single-run.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-lock-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a second command is told which process is at work', () => {
  using _lock = holdLock(folder, 'deployment');

  expect(() => holdLock(folder, 'deployment')).toThrow(
    `Another deployment (process ${process.pid}) is under way here: wait until it is done`,
  );
});

test('the lock is free again after its holder has disposed of it', () => {
  {
    using _lock = holdLock(folder, 'deployment');
  }

  expect(() => holdLock(folder, 'deployment')[Symbol.dispose]()).not.toThrow();
});

test('the lock of a process that has died does not count', async () => {
  await writeFile(join(folder, 'lock'), '8388608 local.ts');

  expect(() => holdLock(folder, 'deployment')[Symbol.dispose]()).not.toThrow();
});
