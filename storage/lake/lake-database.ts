import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  DuckDBInstance,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  StatementType,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBValueConverter,
  type Json,
} from '@duckdb/node-api';

import { LAKE_COLUMNS, LAKE_PARTITIONS } from '../../core/event-fields.ts';
import { duckdbType } from '../../core/lake-ddl.ts';
import { DUCKDB_SESSION, duckdbSql } from '../../core/sql/duckdb-dialect.ts';
import type { ReadOnlyStatement } from '../../core/sql/read-only-statement.ts';
import { describeDuckdbError } from './duckdb-error.ts';
import { QueryError, exactNumber, type LakeAnswer } from './lake-answer.ts';
import { LAKE_PREFIXES } from './lake-layout.ts';

/** What SQL can ask a copy of the lake. */
export interface LakeDatabase extends Disposable {
  /**
   * Answers a statement in Athena's dialect.
   * @param limit rows that are given back at most
   * @throws QueryError if it is wrong, or asks for more than this machine can do
   */
  query(statement: ReadOnlyStatement, limit: number): Promise<LakeAnswer>;
}

/** The tables of the lake and the prefixes that their rows lie under. */
export const LAKE_TABLES = { raw: LAKE_PREFIXES.raw, posts: LAKE_PREFIXES.posts } as const;

/** Where DuckDB puts what does not fit into memory, beside the prefixes. */
const SPILL_FOLDER = '.duckdb';

const TYPES = new Map(LAKE_COLUMNS.map(({ name, type }) => [name, duckdbType(type)]));

/**
 * Opens a folder that is a copy of the lake as tables `raw` and `posts`; one without files is empty. SQL can read
 * files of that folder and nothing else of the machine, and can write nothing but what DuckDB spills.
 */
export async function openLakeDatabase(folder: string): Promise<LakeDatabase> {
  const spillFolder = join(folder, SPILL_FOLDER);
  await mkdir(spillFolder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: spillFolder,
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    for (const statement of DUCKDB_SESSION) await connection.run(statement);
    for (const [name, prefix] of Object.entries(LAKE_TABLES))
      await connection.run(`CREATE VIEW ${name} AS ${await tableSql(join(folder, prefix))}`);
    await connection.run(`SET allowed_directories = [${quoted(folder)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    close();
    throw error;
  }
  return { query: ({ sql }, limit) => answer(connection, sql, limit), [Symbol.dispose]: close };
}

async function answer(connection: DuckDBConnection, sql: string, limit: number): Promise<LakeAnswer> {
  try {
    const prepared = await prepareOne(connection, duckdbSql(sql));
    const reader = await prepared.streamAndReadUntil(limit + 1);
    const names = reader.columnNames();
    const columns = reader.columnTypes().map((type, i) => ({ name: names[i] ?? '', type: String(type).toLowerCase() }));
    const rows = reader.convertRows(toLakeValue);
    const isCut = rows.length > limit;
    return narrowed({ columns, rows: rows.slice(0, limit), isCut });
  } catch (error) {
    throw new QueryError(describeDuckdbError(error), { cause: error });
  }
}

/** DESCRIBE without what a view never has: keys, defaults. */
function narrowed(answer: LakeAnswer): LakeAnswer {
  const { columns, rows } = answer;
  if (columns[0]?.name !== 'column_name' || columns.at(-1)?.name !== 'extra') return answer;
  return { ...answer, columns: columns.slice(0, 2), rows: rows.map((row) => row.slice(0, 2)) };
}

/** DuckDB has forms of text that Athena lacks (`$$`, `E''`): behind one of these, more could follow than was seen before. */
async function prepareOne(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  const prepared = await statements.prepare(0);
  const isAsked = prepared.statementType === StatementType.SELECT || prepared.statementType === StatementType.EXPLAIN;
  if (statements.count !== 1 || !isAsked) throw new Error('The lake is only read, by one statement');
  return prepared;
}

/** Types whose numbers JSON might not hold; DuckDB's own converter makes texts of them all. */
const EXACT: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
]);

const toLakeValue: DuckDBValueConverter<Json> = (value, type, converter) =>
  value !== null && EXACT.has(type.typeId)
    ? exactNumber(String(value))
    : JsonDuckDBValueConverter(value, type, converter);

/** All rows under a folder, JSON and Parquet, with the columns of the lake whatever the files have. */
async function tableSql(folder: string): Promise<string> {
  const files = await filesOf(folder);
  const json = files.filter((file) => /\.(json|jsonl|ndjson)(\.gz)?$|\.gz$/.test(file));
  const parquet = files.filter((file) => file.endsWith('.parquet'));
  const columns = [...TYPES].map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  return `SELECT ${[...columns, ...LAKE_PARTITIONS].join(', ')} FROM (${[
    nothing(),
    ...(json.length > 0 ? [`SELECT * FROM read_json(${list(json)}, ${JSON_OPTIONS})`] : []),
    ...(parquet.length > 0 ? [`SELECT * FROM read_parquet(${list(parquet)}, ${PARQUET_OPTIONS})`] : []),
  ].join(' UNION ALL BY NAME ')})`;
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

/** Paths of what lies in partitions below a folder, in order; as in Athena, hidden files are none. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !/^[._]/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

function list(paths: readonly string[]): string {
  return `[${paths.map(quoted).join(', ')}]`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
