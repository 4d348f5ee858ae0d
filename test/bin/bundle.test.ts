import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { bundle } from '../../bin/bundle.ts';

const LAMBDAS = join(import.meta.dirname, '..', '..', 'lambdas');
/** Bytes; a function starts the faster the less it has to read. */
const LIMITS: Readonly<Record<string, number>> = {
  'write-live': 550_000,
  // With the client of the search server, which is 280 kB.
  'index-stream': 820_000,
  'index-table': 820_000,
  // And the reader of Parquet.
  'index-lake': 900_000,
};
const LIMIT = 500_000;

const names = (await readdir(LAMBDAS)).filter((name) => name !== 'shared');

test.each(names)('%s is bundled as one file, and a small one', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-bundle-'));
  try {
    await bundle(name, folder);

    expect((await readdir(folder)).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
    expect((await stat(join(folder, 'index.mjs'))).size).toBeLessThan(LIMITS[name] ?? LIMIT);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a function that there is not cannot be bundled', async () => {
  await expect(bundle('write-nothing', tmpdir())).rejects.toThrow('write-nothing');
});
