import { createWriteStream } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { expect, test } from 'vitest';

import { lakeRows } from '../../bench/inputs.ts';
import { runChild } from '../../bench/run-child.ts';
import { parquetOf } from '../support/lake-parquet.ts';

const GIGABYTE = 1e9;
const MAX_MB = 256;
/** Of the 1,074 MB that `index-lake` has. */
const MAX_GROUP_MB = 600;
/** Nearly the largest that is read; DuckDB makes groups of multiples of 2,048. */
const LARGE_GROUP_ROWS = 146 * 2_048;
/** A heap in which what is not let go of does not fit. */
const HEAP = { heapMb: 80, semiSpaceMb: 4 };

test.each([
  ['lines', { delimiter: '\n', isCompressed: false }, 'read'],
  ['lines, compressed', { delimiter: '\n', isCompressed: true }, 'read'],
  ['rows without line ends', { delimiter: '', isCompressed: false }, 'read'],
  ['rows without line ends, compressed', { delimiter: '', isCompressed: true }, 'index'],
] as const)('of a gigabyte of %s every event is found within 256 MB', async (_, format, mode) => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-soak-'));
  try {
    const path = join(folder, 'object');
    const rows = await writeGigabyte(path, format);
    const figures = await runChild('../../test/soak/load-object.ts', [path, mode], HEAP);

    console.log(figures);
    // What breaks off at the end is told of, and costs nothing else.
    expect(figures).toMatchObject({ events: rows, rejected: format.isCompressed ? 0 : 1 });
    expect(figures['peakMb']).toBeLessThan(MAX_MB);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a large row group of Parquet is indexed within 600 MB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-soak-'));
  try {
    const path = join(folder, 'object.parquet');
    const rows = lakeRows(LARGE_GROUP_ROWS);
    await writeFile(path, await parquetOf(rows, LARGE_GROUP_ROWS));
    const figures = await runChild('../../test/soak/load-object.ts', [path, 'index'], { heapMb: 400, semiSpaceMb: 4 });

    console.log(figures);
    expect(figures).toMatchObject({ events: rows.length, rejected: 0 });
    expect(figures['peakMb']).toBeLessThan(MAX_GROUP_MB);
  } finally {
    await rm(folder, { recursive: true });
  }
});

interface Format {
  readonly delimiter: string;
  readonly isCompressed: boolean;
}

async function writeGigabyte(path: string, { delimiter, isCompressed }: Format): Promise<number> {
  const rows = lakeRows(1_000);
  const block = rows.map((row) => JSON.stringify(row) + delimiter).join('');
  const blocks = Math.ceil(GIGABYTE / block.length);
  const source = Readable.from(Array.from({ length: blocks }, () => block).values());
  const file = createWriteStream(path);
  await (isCompressed ? pipeline(source, createGzip({ level: 1 }), file) : pipeline(source, file));
  if (!isCompressed) await appendFile(path, '{"v":1,"id":"twitter:');
  return blocks * rows.length;
}
