import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { LAKE_COLUMNS, LAKE_PARTITIONS } from '../../core/event-fields.ts';
import { duckdbType } from '../../core/lake-ddl.ts';
import { lakeFileKind } from './lake-layout.ts';

const TYPES = new Map(LAKE_COLUMNS.map(({ name, type }) => [name, duckdbType(type)]));

/** What is done with lines that are no rows: reading fails at the first, or they are left out. */
export type BadLines = 'fail' | 'leave out';

/**
 * SQL of all rows under a folder, JSON and Parquet, with the columns of the lake whatever the files have. Where bad lines
 * are left out, a value that does not fit into its column is null.
 */
export async function tableSql(folder: string, badLines: BadLines): Promise<string> {
  const { lines, parquet } = await filesOf(folder);
  const isLine = badLines === 'fail' ? '' : ' WHERE id IS NOT NULL';
  const columns = [...TYPES].map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  return `SELECT ${[...columns, ...LAKE_PARTITIONS].join(', ')} FROM (${[
    nothing(),
    ...(lines.length > 0 ? [`SELECT * FROM ${readLines(lines, badLines)}${isLine}`] : []),
    ...(parquet.length > 0 ? [`SELECT * FROM read_parquet(${list(parquet)}, ${PARQUET_OPTIONS})`] : []),
  ].join(' UNION ALL BY NAME ')})`;
}

/** SQL that counts the lines under a folder that are left out. */
export async function badLinesSql(folder: string): Promise<string> {
  const { lines } = await filesOf(folder);
  return lines.length === 0 ? 'SELECT 0' : `SELECT count(*) FROM ${readLines(lines, 'leave out')} WHERE id IS NULL`;
}

function readLines(paths: readonly string[], badLines: BadLines): string {
  return `read_json(${list(paths)}, ${JSON_OPTIONS}, ignore_errors = ${badLines === 'leave out'})`;
}

/** Gives every column to files that were written before it was added. */
function nothing(): string {
  const columns = [...TYPES].map(([name, type]) => `CAST(NULL AS ${type}) AS "${name}"`);
  const partitions = LAKE_PARTITIONS.map((name) => `CAST(NULL AS VARCHAR) AS ${name}`);
  return `SELECT ${[...columns, ...partitions].join(', ')} WHERE false`;
}

const PARTITION_TYPES = `{${LAKE_PARTITIONS.map((name) => `'${name}': VARCHAR`).join(', ')}}`;
const HIVE_OPTIONS = `hive_partitioning = true, hive_types = ${PARTITION_TYPES}`;
const PARQUET_OPTIONS = `union_by_name = true, ${HIVE_OPTIONS}`;
/** A row is at most a record of the stream (1 MiB), with the payload once more as text. */
const JSON_OPTIONS = [
  "format = 'newline_delimited'",
  `columns = {${[...TYPES].map(([name, type]) => `"${name}": '${type}'`).join(', ')}}`,
  'maximum_object_size = 33554432',
  HIVE_OPTIONS,
].join(', ');

/** Paths of what lies in partitions below a folder, in order. */
async function filesOf(folder: string): Promise<Record<'lines' | 'parquet', string[]>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const { lines = [], parquet = [] } = Object.groupBy(files.toSorted(), lakeFileKind);
  return { lines, parquet };
}

function list(paths: readonly string[]): string {
  return `[${paths.map(quoted).join(', ')}]`;
}

/** A text as SQL has it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
