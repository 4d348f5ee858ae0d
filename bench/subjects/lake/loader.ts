import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';

import { lakeLine } from '../../../storage/lake/lake-record.ts';
import { fileDocuments } from '../../../test/support/lake-file.ts';
import { parquetOf } from '../../../test/support/lake-parquet.ts';
import { lakeRows } from '../../inputs.ts';
import { against, percentile, timed, type Measurement } from '../../measurement.ts';
import type { LakePart } from './lake-part.ts';

const ROWS = 60_000;
const ROWS_A_GROUP = 10_240;
const RUNS = 5;

/** How fast objects of the lake are read as documents. */
export const loader: LakePart = {
  about: `an object of ${ROWS} rows of the lake read as documents: lines, without line ends, gzip, Parquet`,
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
    try {
      const rows = lakeRows(ROWS);
      const lines = Buffer.from(rows.map(lakeLine).join(''));
      const joined = Buffer.from(rows.map((row) => JSON.stringify(row)).join(''));
      const paths = {
        lines: await write(folder, 'lines', lines),
        linesGzip: await write(folder, 'lines.gz', gzipSync(lines)),
        joined: await write(folder, 'joined', joined),
        joinedGzip: await write(folder, 'joined.gz', gzipSync(joined)),
        parquet: await write(folder, 'parquet', await parquetOf(rows, ROWS_A_GROUP)),
      };
      return await measureAll(paths, lines.length);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

type Paths = Readonly<Record<'lines' | 'linesGzip' | 'joined' | 'joinedGzip' | 'parquet', string>>;

/** @param bytes of the rows as lines: every speed is that of these, so that all can be compared */
async function measureAll(paths: Paths, bytes: number): Promise<Measurement[]> {
  const speed = async (what: string, work: () => Promise<number>): Promise<Measurement> => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { ms, result } = await timed(work);
      if (result !== ROWS) throw new Error(`${what}: ${result} of ${ROWS} rows were read`);
      times.push(ms);
    }
    return { what, value: bytes / 1_000 / percentile(times, 0.5), unit: 'MB/s of rows' };
  };
  return [
    ...against(await speed('readline and JSON.parse', () => countLines(createReadStream(paths.lines))), [
      await speed('documents of lines', () => countDocuments(paths.lines)),
      await speed('documents without line ends', () => countDocuments(paths.joined)),
      await speed('rows of Parquet, without payloads', () => countDocuments(paths.parquet)),
    ]),
    ...against(
      await speed('readline and JSON.parse, gzip', () =>
        countLines(createReadStream(paths.linesGzip).pipe(createGunzip())),
      ),
      [
        await speed('documents of lines, gzip', () => countDocuments(paths.linesGzip)),
        await speed('documents without line ends, gzip', () => countDocuments(paths.joinedGzip)),
      ],
    ),
  ];
}

async function countDocuments(path: string): Promise<number> {
  let count = 0;
  for await (const documents of fileDocuments(path)) for (const { ok } of documents) if (ok) count += 1;
  return count;
}

async function countLines(input: Readable): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input })) if (JSON.parse(line) !== undefined) count += 1;
  return count;
}

async function write(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}
