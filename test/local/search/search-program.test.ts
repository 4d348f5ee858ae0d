import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { opensearchYml, javaArguments } from '../../../local/search/server-files.ts';
import { makeEnterable, programFolder, temporaryFolder } from '../../../local/search/service-user.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };
const CONFIG = { port: 9201, folder: '/tmp/groundswell-search-x', memoryMib: 256, settings: {} };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-program-'));
});

afterEach(() => rm(root, { recursive: true }));

test('settings of a test win over ours, and each is there once', () => {
  const yml = opensearchYml(
    { ...CONFIG, settings: { 'node.store.allow_mmap': true, 'thread_pool.write.size': 1 } },
    'c',
  );

  const lines = yml.trim().split('\n');
  expect(lines).toContain('node.store.allow_mmap: true');
  expect(lines).toContain('thread_pool.write.size: 1');
  expect(lines).toContain('network.host: "127.0.0.1"');
  expect(lines).toContain('http.port: 9201');
  expect(new Set(lines.map((line) => line.split(':')[0])).size).toBe(lines.length);
});

test('the folder of a server is part of its command line, by which it is known', () => {
  expect(javaArguments('/cache/opensearch', CONFIG).join(' ')).toContain(CONFIG.folder);
});

test('root keeps programs where nobody can enter, others where their cache is', async () => {
  const inside = join(root, 'private', 'cache', 'groundswell');
  await mkdir(join(root, 'private'), { mode: 0o700 });
  await chmod(root, 0o755);

  expect(await programFolder(inside, undefined)).toBe(inside);
  expect(await programFolder(inside, NOBODY)).toBe('/var/cache/groundswell');
  expect(await programFolder(join(root, 'cache', 'groundswell'), NOBODY)).toBe(join(root, 'cache', 'groundswell'));
});

test('folders that are made for another user can be entered, those that were there stay as they are', async () => {
  await mkdir(join(root, 'made'), { mode: 0o700 });

  await makeEnterable(join(root, 'made', 'a', 'b'), NOBODY);

  const modes = await Promise.all(['made', 'made/a', 'made/a/b'].map((path) => stat(join(root, path))));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o755, 0o755]);
});

test('temporary folders are made where others may enter', async () => {
  const folder = await temporaryFolder(NOBODY);

  expect((await stat(folder)).mode & 0o001).toBe(1);
});
