import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { CheckpointError, checkpointFile, consecutiveRun, readCheckpoint } from '../../producers/checkpoint.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-checkpoint-'));
  path = join(folder, 'checkpoint.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('in whatever order items are stored, the cursor never passes one that is not', () => {
  const orders = fc.integer({ min: 1, max: 30 }).chain((count) =>
    fc.shuffledSubarray(
      Array.from({ length: count }, (_, i) => i),
      { minLength: count },
    ),
  );
  fc.assert(
    fc.property(orders, (order) => {
      const run = consecutiveRun();
      const items = order.map((_, i) => run.begin(String(i + 1)));
      const stored = new Set<number>();
      for (const i of order) {
        items[i]?.();
        stored.add(i);
        const unbroken = order.findIndex((_, n) => !stored.has(n));
        const reached = unbroken === -1 ? order.length : unbroken;
        expect(run.cursor()).toBe(reached === 0 ? undefined : String(reached));
      }
    }),
  );
});

test('an item that is called stored twice moves nothing', () => {
  const run = consecutiveRun();
  const first = run.begin('1');
  run.begin('2');
  first();
  first();

  expect(run.cursor()).toBe('1');
});

test('what was saved is read again, and nothing else is left in the folder', async () => {
  const file = checkpointFile(path, { cursor: () => '17' });

  await Promise.all([file.save(), file.save(), file.save()]);

  expect(await readCheckpoint(path)).toBe('17');
  expect(await readdir(folder)).toEqual(['checkpoint.json']);
});

test('saves that overlap leave the newest cursor', async () => {
  let cursor = 0;
  const file = checkpointFile(path, { cursor: () => String((cursor += 1)) });

  await Promise.all(Array.from({ length: 20 }, () => file.save()));

  expect(await readCheckpoint(path)).toBe('20');
});

test('before the first item is stored, and without a move, nothing is written', async () => {
  let cursor: string | undefined;
  const file = checkpointFile(path, { cursor: () => cursor });
  await file.save();
  expect(await readdir(folder)).toEqual([]);
  cursor = '1';
  await file.save();
  await writeFile(path, 'untouched');

  await file.save();

  expect(await readFile(path, 'utf8')).toBe('untouched');
});

test('without a file there is no checkpoint', async () => {
  expect(await readCheckpoint(path)).toBeUndefined();
});

test.each(['', 'nonsense', '{"cursor":17}'])('a file that says %j is refused by its name', async (text) => {
  await writeFile(path, text);

  await expect(readCheckpoint(path)).rejects.toThrow(CheckpointError);
  await expect(readCheckpoint(path)).rejects.toThrow(path);
});

test('a folder that is not there is refused, and a later save can succeed', async () => {
  const file = checkpointFile(join(folder, 'missing', 'c.json'), { cursor: () => '1' });

  await expect(file.save()).rejects.toThrow(CheckpointError);
  await expect(file.save()).rejects.toThrow(CheckpointError);
});
