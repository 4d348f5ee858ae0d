import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { DuckDBInstance } from '@duckdb/node-api';

import { LAKE_COLUMNS, type LakeRow } from '../../core/event-fields.ts';
import { duckdbType } from '../../core/lake-ddl.ts';
import { LAKE_PREFIXES, dayOf, dayPartition } from '../../storage/lake/lake-layout.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';

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
    async putParquet(prefix, rows, columns = LAKE_COLUMNS.map(({ name }) => name)) {
      for (const [partition, ofDay] of byDay(rows)) {
        await put(`${prefix}${partition}posts.parquet`, '');
        await writeParquet(join(path, prefix, partition, 'posts.parquet'), ofDay, columns);
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

/** Rows by the folder of their day. */
function byDay(rows: readonly LakeRow[]): Map<string, LakeRow[]> {
  return Map.groupBy(rows, ({ created_at }) => dayPartition(dayOf(created_at)));
}

async function writeParquet(file: string, rows: readonly LakeRow[], names: readonly string[]): Promise<void> {
  const columns = LAKE_COLUMNS.filter(({ name }) => names.includes(name));
  const types = columns.map(({ name, type }) => `"${name}": '${duckdbType(type)}'`).join(', ');
  const work = await mkdtemp(join(tmpdir(), 'groundswell-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await writeFile(join(work, 'rows.json'), rows.map(lakeLine).join(''));
    await connection.run(
      `COPY (SELECT * FROM read_json('${work}/rows.json', format = 'newline_delimited', columns = {${types}}))
       TO '${file}' (FORMAT parquet, COMPRESSION snappy)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(work, { recursive: true });
  }
}
