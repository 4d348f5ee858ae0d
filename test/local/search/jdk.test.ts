import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findJdk } from '../../../local/search/jdk.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'groundswell-jdk-')));
});

afterEach(() => rm(root, { recursive: true }));

test('the JDK of JAVA_HOME comes first', async () => {
  const home = await install('mine', '21.0.2');
  await install('jvm/jdk-25', '25.0.1');

  expect(await find({ JAVA_HOME: home })).toEqual({ home, java: join(home, 'bin', 'java'), version: '21.0.2' });
});

test('one that is too old gives way to the next, from JAVA_HOME over PATH to the usual folders', async () => {
  const old = await install('old', '17.0.15');
  const older = await install('older', '1.8.0_392');
  const good = await install('jvm/good', '25');

  expect(await find({ JAVA_HOME: old, PATH: join(older, 'bin') })).toMatchObject({ home: good, version: '25' });
});

test('PATH may name a link, as distributions have it', async () => {
  const home = await install('somewhere/jdk', '24.0.1');
  await mkdir(join(root, 'bin'));
  await symlink(join(home, 'bin', 'java'), join(root, 'bin', 'java'));

  expect(await find({ PATH: join(root, 'bin') })).toMatchObject({ home });
});

test('of a usual folder the newest is taken', async () => {
  await install('jvm/jdk-9', '9.0.4');
  await install('jvm/jdk-21', '21.0.9');
  const newest = await install('jvm/jdk-25', '25.0.1');

  expect(await find()).toMatchObject({ home: newest });
});

test('the folders of macOS are known', async () => {
  const home = await install('jvm/temurin-25.jdk/Contents/Home', '25.0.1');

  expect(await find()).toMatchObject({ home });
});

test('a runtime without jar, or one that does not start, does not count', async () => {
  const runtime = await install('jvm/jre', '25.0.1');
  await rm(join(runtime, 'bin', 'jar'));
  const broken = await install('jvm/broken', '25.0.1');
  await writeProgram(join(broken, 'bin', 'java'), 'exit 1');

  await expect(find()).rejects.toThrow(/^OpenSearch needs a full JDK 21 or newer, and there is none here: install one/);
});

test('only old ones are one sentence that names them and says what to install', async () => {
  const old = await install('jvm/old', '17.0.15');

  await expect(find()).rejects.toThrow(`there is only 17.0.15 in ${old}: install one (https://adoptium.net;`);
});

test.runIf(process.getuid?.() === 0)('one that the user who runs it cannot enter does not count', async () => {
  await install('jvm/private', '25.0.1');
  await chmod(join(root, 'jvm'), 0o700);

  await expect(find({}, { uid: 65_534, gid: 65_534 })).rejects.toThrow('there is none here');
});

function find(environment: NodeJS.ProcessEnv = {}, user?: { uid: number; gid: number }) {
  return findJdk({ environment, folders: [join(root, 'jvm'), '/no/such/folder'], user });
}

async function install(name: string, version: string): Promise<string> {
  const home = join(root, name);
  await mkdir(join(home, 'bin'), { recursive: true });
  // Java says it on stderr.
  await writeProgram(join(home, 'bin', 'java'), `echo 'openjdk version "${version}" 2026-01-20' >&2`);
  await writeProgram(join(home, 'bin', 'jar'), 'exit 0');
  return home;
}

async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}
