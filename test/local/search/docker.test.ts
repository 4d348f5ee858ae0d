import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
  // Root runs Java as another user, who has to get in.
  await chmod(root, 0o755);
  vi.stubEnv('PATH', `${root}${delimiter}${process.env['PATH'] ?? ''}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('a JDK with Maven comes before a running engine', async () => {
  await installJdk();
  await installProgram(join(root, 'mvn'), 'exit 0');

  expect(await findSearchProgram(join(root, 'cache'))).toMatchObject({ kind: 'java', jdk: { version: '25.0.1' } });
});

test('a running engine serves where Maven is missing, and where it is asked for first', async () => {
  await installJdk();
  vi.stubEnv('PATH', root);
  vi.stubEnv('MAVEN_HOME', '');

  expect(await findSearchProgram(join(root, 'cache'))).toEqual({ kind: 'docker' });
  await installProgram(join(root, 'mvn'), 'exit 0');
  expect(await findSearchProgram(join(root, 'cache'), ['docker', 'java'])).toEqual({ kind: 'docker' });
});

test('where nothing serves, it is Maven that is asked for', async () => {
  await installJdk();
  await installProgram(join(root, 'docker'), 'exit 1');
  vi.stubEnv('PATH', root);
  vi.stubEnv('MAVEN_HOME', '');

  await expect(findSearchProgram(join(root, 'cache'))).rejects.toThrow('no `mvn` in PATH');
  await expect(findSearchProgram(join(root, 'cache'), ['docker', 'java'])).rejects.toThrow('no `mvn` in PATH');
  await expect(findSearchProgram(join(root, 'cache'), ['docker'])).rejects.toThrow('no Docker engine runs');
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

async function installJdk(): Promise<void> {
  const home = join(root, 'jdk');
  await mkdir(join(home, 'bin'), { recursive: true });
  await installProgram(join(home, 'bin', 'java'), `echo 'openjdk version "25.0.1" 2026-01-20' >&2`);
  await installProgram(join(home, 'bin', 'jar'), 'exit 0');
  vi.stubEnv('JAVA_HOME', home);
}

async function installProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}
