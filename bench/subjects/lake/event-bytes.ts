import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { lakeLine, lakeRecord } from '../../../storage/lake/lake-record.ts';
import { LAKE_PREFIXES } from '../../../storage/lake/lake-layout.ts';
import { lakeDay } from '../../../test/support/lake-day.ts';
import { lakeFolder } from '../../../test/support/lake-folder.ts';
import { LAKE_ROW_SETTINGS } from '../../../test/support/transform-world.ts';
import { against } from '../../measurement.ts';
import type { LakePart } from './lake-part.ts';

const EVENTS = 50_000;

/** What an event takes in the lake; of a generated day, without payloads of networks. */
export const eventBytes: LakePart = {
  about: `bytes of an event in the files of a day of ${EVENTS} events`,
  async measure() {
    const { records } = lakeDay({ seed: 2, events: EVENTS, rubbish: 0 });
    const rows = records.flatMap(({ data, arrivedAtMs }) => {
      const made = lakeRecord(data, arrivedAtMs, LAKE_ROW_SETTINGS);
      return made.ok ? [made.row] : [];
    });
    const came = Buffer.concat(records.map(({ data }) => data));
    await using folder = await lakeFolder();
    await folder.putJson(rows);
    await folder.putParquet(LAKE_PREFIXES.posts, rows);
    const of = (what: string, bytes: number) => ({ what, value: bytes / records.length, unit: 'bytes' });
    return against(of('an event as it came', came.byteLength), [
      of('an event as it came, gzip', gzipSync(came).byteLength),
      of('a row as a line', Buffer.byteLength(rows.map(lakeLine).join(''))),
      of('a row as a line, gzip', await bytesUnder(join(folder.path, LAKE_PREFIXES.raw))),
      of('a row in Parquet, Snappy', await bytesUnder(join(folder.path, LAKE_PREFIXES.posts))),
    ]);
  },
};

async function bytesUnder(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
