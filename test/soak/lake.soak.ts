import { createWriteStream } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { expect, test } from 'vitest';

import { lakeRows } from '../../bench/inputs.ts';
import { runChild } from '../../bench/run-child.ts';

const GIGABYTE = 1e9;
const MAX_MB = 256;
/** A heap in which what is not let go of does not fit. */
const HEAP_MB = 96;

test.each([
  ['lines', '\n', false],
  ['lines, compressed,', '\n', true],
  ['rows without line ends', '', false],
  ['rows without line ends, compressed,', '', true],
] as const)('an object of a gigabyte of %s is loaded within 256 MB', async (_, delimiter, isCompressed) => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-soak-'));
  try {
    const path = join(folder, 'object');
    const rows = await writeGigabyte(path, delimiter, isCompressed);
    const figures = await runChild('../../test/soak/load-object.ts', [path], { heapMb: HEAP_MB });

    console.log(figures);
    // What breaks off at the end is told of, and costs nothing else.
    expect(figures).toMatchObject({ indexed: rows, rejected: isCompressed ? 0 : 1 });
    expect(figures['peakMb']).toBeLessThan(MAX_MB);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function writeGigabyte(path: string, delimiter: string, isCompressed: boolean): Promise<number> {
  const rows = lakeRows(1_000);
  const block = rows.map((row) => JSON.stringify(row) + delimiter).join('');
  const blocks = Math.ceil(GIGABYTE / block.length);
  const source = Readable.from(Array.from({ length: blocks }, () => block).values());
  const file = createWriteStream(path);
  await (isCompressed ? pipeline(source, createGzip({ level: 1 }), file) : pipeline(source, file));
  if (!isCompressed) await appendFile(path, '{"v":1,"id":"twitter:');
  return blocks * rows.length;
}
