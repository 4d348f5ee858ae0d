import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import {
  type EmulatorState,
  forgetEmulator,
  readEmulatorState,
  runningEmulator,
  writeEmulatorState,
} from '../../local/emulator-state.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-state-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('what is written is read back', async () => {
  const state = makeState();

  await writeEmulatorState(folder, state);

  expect(readEmulatorState(folder)).toEqual(state);
});

test('a live process that is the program counts as running', async () => {
  await writeEmulatorState(folder, makeState({ pid: process.pid, program: process.execPath }));

  expect(runningEmulator(folder)?.pid).toBe(process.pid);
});

test('a live process that is another program does not count', async () => {
  await writeEmulatorState(folder, makeState({ pid: process.pid, program: '/no/such/python' }));

  expect(runningEmulator(folder)).toBeUndefined();
});

test('a process that is gone does not count', async () => {
  await writeEmulatorState(folder, makeState({ pid: 4_194_304 * 2 }));

  expect(runningEmulator(folder)).toBeUndefined();
});

test.each([
  ['no file', undefined],
  ['half a file', '{"pid": 12'],
  ['a pid that is no number', JSON.stringify(makeState()).replace('"pid":1', '"pid":"1"')],
  ['a work folder that is not ours to remove', JSON.stringify(makeState({ workFolder: '/home' }))],
])('%s is no state', async (_name, content) => {
  if (content !== undefined) await writeFile(join(folder, 'emulator.json'), content);

  expect(readEmulatorState(folder)).toBeUndefined();
});

test('a file of another version still names the process', async () => {
  await writeFile(
    join(folder, 'emulator.json'),
    JSON.stringify({ pid: 7, port: 4566, program: '/cache/python', more: 1 }),
  );

  expect(readEmulatorState(folder)).toMatchObject({ pid: 7, deployments: {} });
});

test('a forgotten emulator leaves no state', async () => {
  await writeEmulatorState(folder, makeState());

  await forgetEmulator(folder);

  expect(readEmulatorState(folder)).toBeUndefined();
});

function makeState(changes: Partial<EmulatorState> = {}): EmulatorState {
  return {
    pid: 1,
    port: 4566,
    program: '/cache/python',
    startedBy: 2,
    startedAt: '2026-11-20T17:38:40.000Z',
    workFolder: '/tmp/groundswell-emulator-x',
    deployments: { trends: 'abc' },
    ...changes,
  };
}
