import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { LAKE_COLUMNS, type LakeRow } from '../../core/event-fields.ts';
import { duckdbType } from '../../core/lake-ddl.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';

/**
 * Rows of the lake as a Parquet object with Snappy, columns typed as in the catalog; written by DuckDB.
 * @param rowGroupSize a multiple of 2,048
 * @param names the columns that it has
 */
export async function parquetOf(
  rows: readonly LakeRow[],
  rowGroupSize = 2_048,
  names: readonly string[] = LAKE_COLUMNS.map(({ name }) => name),
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const [json, parquet] = [join(folder, 'rows.json'), join(folder, 'rows.parquet')];
    await writeFile(json, rows.map(lakeLine).join(''));
    const columns = LAKE_COLUMNS.filter(({ name }) => names.includes(name))
      .map(({ name, type }) => `"${name}": '${duckdbType(type)}'`)
      .join(', ');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM read_json('${json}', format = 'newline_delimited', columns = {${columns}})) TO '${parquet}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${rowGroupSize})`,
    );
    connection.closeSync();
    return await readFile(parquet);
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}
