import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { findSearchProgram, prepareLaunch, removeContainer } from '../../../local/search/search-program.ts';

let root: string;

// A stand-in that notes what it is asked, and knows no image until it has pulled one.
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-search-'));
  const script = `#!/bin/sh
echo "$*" >> '${join(root, 'asked')}'
case "$1" in image) test -e '${join(root, 'image')}';; pull) : > '${join(root, 'image')}';; esac`;
  await writeFile(join(root, 'docker'), script);
  await chmod(join(root, 'docker'), 0o755);
  vi.stubEnv('PATH', `${root}${delimiter}${process.env['PATH'] ?? ''}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('a running engine comes before a JDK', async () => {
  expect(await findSearchProgram(join(root, 'cache'))).toEqual({ kind: 'docker' });
});

test('the image is pulled once, and runs without login on this machine only', async () => {
  const config = { port: 9201, folder: root, memoryMib: 512, settings: { 'thread_pool.write.size': 1 } };

  const { command, args } = await prepareLaunch({ kind: 'docker' }, config, {});
  await prepareLaunch({ kind: 'docker' }, config, {});

  const name = basename(root);
  const said = args.join(' ');
  expect(command).toBe('docker');
  expect(said).toContain(`run --rm --name ${name} --publish 127.0.0.1:9201:9200 `);
  expect(said).toContain('--env DISABLE_SECURITY_PLUGIN=true ');
  expect(said).toContain('--env OPENSEARCH_JAVA_OPTS=-Xms512m -Xmx512m ');
  expect(said).toContain('--env thread_pool.write.size=1 ');
  expect(args.at(-1)).toBe('opensearchproject/opensearch:3.7.0');
  const asked = (await readFile(join(root, 'asked'), 'utf8')).split('\n');
  expect(asked.filter((line) => line.startsWith('pull'))).toEqual(['pull --quiet opensearchproject/opensearch:3.7.0']);
});

test('a container that has outlived its client is removed by its name', async () => {
  await removeContainer('docker', root);
  await removeContainer('java', root);

  expect(await readFile(join(root, 'asked'), 'utf8')).toBe(`rm --force ${basename(root)}\n`);
});
