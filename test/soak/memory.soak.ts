import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { expect, test } from 'vitest';

import { eventRecords } from '../../bench/inputs.ts';
import { runChild } from '../../bench/run-child.ts';

/** A heap in which what is not let go of does not fit. */
const HEAP_MB = 96;
const GIGABYTE = 1e9;

test('a million events, 30 % of the entries refused: none is lost or sent twice, in a heap of 96 MB', async () => {
  const figures = await runChild('send-events.ts', ['1000000', '0.3'], { heapMb: HEAP_MB });

  console.log(figures);
  expect(figures).toMatchObject({ missing: 0, twice: 0 });
});

test.each(['events.jsonl', 'events.jsonl.gz'])('a gigabyte of %s is sent in a heap of 96 MB', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-soak-'));
  try {
    const path = join(folder, name);
    const lines = await writeGigabyte(path);
    const figures = await runChild('../../test/soak/read-file.ts', [path], { heapMb: HEAP_MB });

    console.log(figures);
    expect(figures).toMatchObject({ sent: lines, rejected: 0 });
    expect(figures['bytes']).toBeGreaterThan(GIGABYTE * 0.9);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function writeGigabyte(path: string): Promise<number> {
  const block = `${eventRecords(1_000)
    .map((record) => Buffer.from(record).toString('utf8'))
    .join('\n')}\n`;
  const blocks = Math.ceil(GIGABYTE / block.length);
  const source = Readable.from(Array.from({ length: blocks }, () => block).values());
  const file = createWriteStream(path);
  await (path.endsWith('.gz') ? pipeline(source, createGzip({ level: 1 }), file) : pipeline(source, file));
  return blocks * 1_000;
}
