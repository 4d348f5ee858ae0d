import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { ensureDistribution, hasDistribution } from '../../../local/search/distribution.ts';

const ZIP = 'what Maven brings';
const SHA256 = createHash('sha256').update(ZIP).digest('hex');

let root: string;

// Maven writes the file where it is told to; jar makes of it what a distribution has.
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-distribution-'));
  for (const folder of ['bin', 'jdk/bin', 'cache']) await mkdir(join(root, folder), { recursive: true });
  await writeProgram(
    'bin/mvn',
    `echo run >> '${root}/mvn.log'
for argument; do case "$argument" in -DoutputDirectory=*) out="\${argument#*=}";; esac; done
printf '%s' '${ZIP}' > "$out/opensearch-3.7.0.zip"`,
  );
  await writeProgram(
    'jdk/bin/jar',
    'mkdir -p opensearch-3.7.0/lib opensearch-3.7.0/modules opensearch-3.7.0/agent\ntouch opensearch-3.7.0/agent/opensearch-agent.jar',
  );
});

afterEach(() => rm(root, { recursive: true }));

test('it is fetched once, and leaves nothing beside it', async () => {
  expect(hasDistribution(cache())).toBe(false);

  expect(await ensure()).toBe(join(cache(), 'opensearch-3.7.0'));
  await ensure();

  expect(hasDistribution(cache())).toBe(true);
  expect(await readdir(cache())).toEqual(['opensearch-3.7.0']);
  expect(await runsOfMaven()).toBe(1);
});

test('two that fetch at once use the same, and leave nothing beside it', async () => {
  const [one, other] = await Promise.all([ensure(), ensure()]);

  expect(one).toBe(other);
  expect(hasDistribution(cache())).toBe(true);
  expect(await readdir(cache())).toEqual(['opensearch-3.7.0']);
});

test('one that lacks parts is replaced', async () => {
  await rm(join(await ensure(), 'agent'), { recursive: true });

  await ensure();

  expect(hasDistribution(cache())).toBe(true);
  expect(await runsOfMaven()).toBe(2);
});

test('another file than the known one is refused, and nothing stays', async () => {
  await expect(ensure({ sha256: 'f'.repeat(64) })).rejects.toThrow(
    `is not the OpenSearch 3.7.0 that this project knows (sha256 ${SHA256})`,
  );

  expect(await readdir(cache())).toEqual([]);
});

test('a Maven that fails is one sentence with what it said', async () => {
  await writeProgram('bin/mvn', 'echo "[INFO] Scanning"; echo "[ERROR] Network is unreachable"; exit 1');

  await expect(ensure()).rejects.toThrow(
    /^OpenSearch could not be fetched by Maven \(Network is unreachable\): is the network there\?/,
  );
  expect(await readdir(cache())).toEqual([]);
});

test('no Maven is one sentence that says what to install', async () => {
  await rm(join(root, 'bin', 'mvn'));

  await expect(ensure()).rejects.toThrow(
    /there is no `mvn` in PATH: install it .*apt install maven.*brew install maven/,
  );
});

test('Maven runs with the JDK that was found, since PATH may have none', async () => {
  await writeProgram('bin/mvn', `echo "[ERROR] $JAVA_HOME"; exit 1`);

  await expect(ensure()).rejects.toThrow(`(${join(root, 'jdk')})`);
});

test('what was left half done an hour ago goes, what is being made stays', async () => {
  const [old, recent] = ['opensearch-3.7.0-00000000', 'opensearch-3.7.0-11111111'];
  for (const name of [old, recent]) await mkdir(join(cache(), name));
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(join(cache(), old), longAgo, longAgo);

  await ensure();

  expect(existsSync(join(cache(), old))).toBe(false);
  expect(existsSync(join(cache(), recent))).toBe(true);
});

test('an end by a person ends Maven, and is no failure of it', async () => {
  await writeProgram('bin/mvn', 'exec /bin/sleep 60');

  await expect(ensure({ signal: AbortSignal.timeout(50) })).rejects.toThrow(/aborted/);
});

function ensure(changes: { sha256?: string; signal?: AbortSignal } = {}): Promise<string> {
  const home = join(root, 'jdk');
  return ensureDistribution({
    folder: cache(),
    jdk: { home, java: join(home, 'bin', 'java'), version: '25' },
    user: undefined,
    environment: { PATH: join(root, 'bin') },
    sha256: SHA256,
    ...changes,
  });
}

function cache(): string {
  return join(root, 'cache');
}

async function runsOfMaven(): Promise<number> {
  return (await readFile(join(root, 'mvn.log'), 'utf8')).trim().split('\n').length;
}

async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(join(root, path), `#!/bin/sh\n${script}\n`);
  await chmod(join(root, path), 0o755);
}
