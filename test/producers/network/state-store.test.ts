import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { consecutiveRun } from '../../../producers/checkpoint.ts';
import { stateCheckpoint } from '../../../producers/network/state-checkpoint.ts';
import { fileStateStore, memoryStateStore, StateError } from '../../../producers/network/state-store.ts';

async function folder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'state-')), 'bluesky');
}

describe('what a producer remembers in files', () => {
  test('is read as it was written, by another process too', async () => {
    const path = await folder();
    await fileStateStore(path).write('budget', { day: '2026-11-20', posts: 7 });

    expect(await fileStateStore(path).read('budget')).toEqual({ day: '2026-11-20', posts: 7 });
  });

  test('is nothing before it is written', async () => {
    expect(await fileStateStore(await folder()).read('budget')).toBeUndefined();
  });

  test('is for its owner only', async () => {
    const path = await folder();
    await fileStateStore(path).write('renewed-credentials', { token: 'secret' });

    expect((await stat(join(path, 'renewed-credentials.json'))).mode & 0o077).toBe(0);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test('that is damaged is told with its path', async () => {
    const path = await folder();
    await fileStateStore(path).write('budget', {});
    await writeFile(join(path, 'budget.json'), '{"half":');

    await expect(fileStateStore(path).read('budget')).rejects.toThrow(StateError);
    await expect(fileStateStore(path).read('budget')).rejects.toThrow(/budget\.json cannot be read: remove it/);
  });
});

test('a checkpoint belongs to the stream that it was written to', async () => {
  const state = memoryStateStore();
  const run = consecutiveRun();
  run.begin('42')();
  await stateCheckpoint(state, 'trends local emulator, http://localhost:4566').follow(run).save();

  expect(await stateCheckpoint(state, 'trends local emulator, http://localhost:4566').read()).toBe('42');
  expect(await stateCheckpoint(state, 'trends AWS').read()).toBeUndefined();
});
