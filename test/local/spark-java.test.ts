import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findSparkJava } from '../../local/spark/java.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'groundswell-java-')));
});

afterEach(() => rm(root, { recursive: true }));

test('17 comes before 11, 11 before 8, whatever is the default', async () => {
  const own = await install('mine', '25.0.1');
  const eight = await install('jvm/jdk-8', '1.8.0_392');
  expect(await find(own)).toMatchObject({ home: eight });

  const eleven = await install('jvm/jdk-11', '11.0.2');
  expect(await find(own)).toMatchObject({ home: eleven });

  const seventeen = await install('jvm/jdk-17', '17.0.15');
  expect(await find(own)).toEqual({ home: seventeen, java: join(seventeen, 'bin', 'java'), version: '17.0.15' });
});

test('a runtime without compiler serves', async () => {
  expect(await find(await install('jre', '17'))).toMatchObject({ version: '17' });
});

test('only newer ones are one sentence that names them and says what to install', async () => {
  const own = await install('mine', '25.0.1');

  await expect(find(own)).rejects.toThrow(
    `Spark 3.5 needs Java 17, 11 or 8, and there is only 25.0.1 in ${own}: install one (https://adoptium.net;`,
  );
});

test('none at all is one sentence', async () => {
  await expect(find('')).rejects.toThrow('there is none here: install one');
});

function find(javaHome: string) {
  return findSparkJava({ environment: { JAVA_HOME: javaHome }, folders: [join(root, 'jvm')], user: undefined });
}

async function install(name: string, version: string): Promise<string> {
  const home = join(root, name);
  await mkdir(join(home, 'bin'), { recursive: true });
  const java = join(home, 'bin', 'java');
  // Java says it on stderr.
  await writeFile(java, `#!/bin/sh\necho 'openjdk version "${version}" 2026-01-20' >&2\n`);
  await chmod(java, 0o755);
  return home;
}
