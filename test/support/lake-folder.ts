import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { LakeRow } from '../../core/event-fields.ts';
import { LAKE_PREFIXES, dayOf, dayPartition } from '../../storage/lake/lake-layout.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';
import { parquetOf } from './lake-parquet.ts';

/** A folder that lies as the bucket of a lake does; gone with its test. */
export interface LakeFolder extends AsyncDisposable {
  readonly path: string;
  /** Adds an object. */
  put(key: string, body: string | Uint8Array): Promise<void>;
  /** Adds rows as Firehose writes them: lines of JSON, a file for each day. */
  putJson(rows: readonly LakeRow[], name?: string): Promise<void>;
  /** Adds rows as Parquet, a file for each day, with the columns of the lake or some of them. */
  putParquet(prefix: string, rows: readonly LakeRow[], columns?: readonly string[]): Promise<void>;
}

export async function lakeFolder(): Promise<LakeFolder> {
  const path = await mkdtemp(join(tmpdir(), 'groundswell-lake-'));
  const put: LakeFolder['put'] = async (key, body) => {
    await mkdir(dirname(join(path, key)), { recursive: true });
    await writeFile(join(path, key), body);
  };
  return {
    path,
    put,
    async putJson(rows, name = 'rows.json.gz') {
      for (const [partition, ofDay] of byDay(rows))
        await put(`${LAKE_PREFIXES.raw}${partition}${name}`, gzipSync(ofDay.map(lakeLine).join('')));
    },
    async putParquet(prefix, rows, columns) {
      for (const [partition, ofDay] of byDay(rows))
        await put(`${prefix}${partition}posts.parquet`, await parquetOf(ofDay, undefined, columns));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

/** Rows by the folder of their day. */
function byDay(rows: readonly LakeRow[]): Map<string, LakeRow[]> {
  return Map.groupBy(rows, ({ created_at }) => dayPartition(dayOf(created_at)));
}
