import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { resolveTarget, TargetError } from '../../deployment/target.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-target-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('without anything given it is the emulator that runs here', async () => {
  await writeState({ pid: process.pid, port: 4570, program: process.execPath });

  expect(resolveTarget({}, {}, folder)).toMatchObject({
    endpoint: 'http://localhost:4570',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

test.each([
  ['nothing has been started', undefined],
  ['the emulator has died and its number belongs to another program', { pid: process.pid, port: 4570, program: '/x' }],
  ['the file is damaged', { pid: 'x' }],
])('one sentence says what to do when %s', async (_name, state) => {
  if (state !== undefined) await writeState(state);

  expect(() => resolveTarget({}, {}, folder)).toThrow(TargetError);
  expect(() => resolveTarget({}, {}, folder)).toThrow('Nothing is running locally: start it with `npm start`');
});

test('AWS_ENDPOINT_URL wins over the emulator that runs here', async () => {
  await writeState({ pid: process.pid, port: 4570, program: process.execPath });

  const target = resolveTarget({}, { AWS_ENDPOINT_URL: 'http://localhost:9999', AWS_REGION: 'eu-west-1' }, folder);

  expect(target).toMatchObject({ endpoint: 'http://localhost:9999', region: 'eu-west-1' });
});

test('an empty AWS_ENDPOINT_URL counts as none', () => {
  expect(() => resolveTarget({}, { AWS_ENDPOINT_URL: '' }, folder)).toThrow('Nothing is running locally');
});

test('an AWS_ENDPOINT_URL that is no address is refused', () => {
  expect(() => resolveTarget({}, { AWS_ENDPOINT_URL: 'localhost' }, folder)).toThrow('not an address');
});

test('--target aws leaves endpoint and credentials to the SDK', () => {
  const target = resolveTarget({ target: 'aws' }, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x' }, folder);

  expect(target).toEqual({ region: 'eu-west-1', label: 'AWS, eu-west-1' });
});

test('--target aws together with AWS_ENDPOINT_URL is refused', () => {
  const environment = { AWS_ENDPOINT_URL: 'http://localhost:4566' };

  expect(() => resolveTarget({ target: 'aws' }, environment, folder)).toThrow('unset one of them');
});

test('an unknown target is refused', () => {
  expect(() => resolveTarget({ target: 'azure' }, {}, folder)).toThrow('--target is "azure"; allowed is aws, local.');
});

async function writeState(state: object): Promise<void> {
  await writeFile(join(folder, 'emulator.json'), JSON.stringify(state));
}
