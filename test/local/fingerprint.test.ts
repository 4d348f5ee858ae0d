import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { fingerprint } from '../../local/fingerprint.ts';

const SOURCES = ['lib', 'cdk.json', 'missing'];

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groundswell-fingerprint-'));
  await mkdir(join(root, 'lib', 'trends'), { recursive: true });
  await writeFile(join(root, 'lib', 'trends', 'a.ts'), 'a');
  await writeFile(join(root, 'cdk.json'), '{}');
  await writeFile(join(root, 'README.md'), 'readme');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('the same sources and settings have the same fingerprint', async () => {
  expect(await take()).toBe(await take());
});

test.each([
  ['a changed file', () => writeFile(join(root, 'lib', 'trends', 'a.ts'), 'b')],
  ['a new file', () => writeFile(join(root, 'lib', 'trends', 'b.ts'), '')],
  ['a moved file', () => rename(join(root, 'lib', 'trends', 'a.ts'), join(root, 'lib', 'a.ts'))],
  ['a changed single file', () => writeFile(join(root, 'cdk.json'), '[]')],
])('%s changes it', async (_name, change) => {
  const before = await take();

  await change();

  expect(await take()).not.toBe(before);
});

test('a setting changes it', async () => {
  expect(await take(['lateHours=24'])).not.toBe(await take());
});

test('what is not among the sources does not change it', async () => {
  const before = await take();

  await writeFile(join(root, 'README.md'), 'other');

  expect(await take()).toBe(before);
});

function take(settings: readonly string[] = []): Promise<string> {
  return fingerprint(root, settings, SOURCES);
}
