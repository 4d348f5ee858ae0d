import { mkdir } from 'node:fs/promises';
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

import { DUCKDB_SESSION, duckdbSql } from '../../core/sql/duckdb-dialect.ts';
import type { ReadOnlyStatement } from '../../core/sql/read-only-statement.ts';
import { describeDuckdbError } from './duckdb-error.ts';
import { QueryError, exactNumber, type LakeAnswer } from './lake-answer.ts';
import { LAKE_PREFIXES } from './lake-layout.ts';
import { badLinesSql, quoted, tableSql, type BadLines } from './lake-views.ts';

/** An answer of a copy of the lake. */
export interface CopyAnswer extends LakeAnswer {
  /** So many lines of `raw` are no rows and were left out. @default - all could be read as they are */
  readonly badLines?: number;
}

/** What SQL can ask a copy of the lake. */
export interface LakeDatabase extends Disposable {
  /**
   * Answers a statement in Athena's dialect. Lines that are no rows do not hinder it.
   * @param limit rows that are given back at most
   * @throws QueryError if it is wrong, or asks for more than this machine can do
   */
  query(statement: ReadOnlyStatement, limit: number): Promise<CopyAnswer>;
}

/** The tables of the lake and the prefixes that their rows lie under. */
export const LAKE_TABLES = { raw: LAKE_PREFIXES.raw, posts: LAKE_PREFIXES.posts } as const;

/** Where DuckDB puts what does not fit into memory, beside the prefixes. */
const SPILL_FOLDER = '.duckdb';

/**
 * Opens a folder that is a copy of the lake as tables `raw` and `posts`; one without files is empty. SQL can read
 * files of that folder and nothing else of the machine, and can write nothing but what DuckDB spills.
 * @throws QueryError if a file is no Parquet though its name says so
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
    await makeViews(connection, folder, 'fail');
    await connection.run(`SET allowed_directories = [${quoted(folder)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    close();
    throw new QueryError(describeDuckdbError(error), { cause: error });
  }
  return { query: ({ sql }, limit) => answerCarefully(connection, folder, sql, limit), [Symbol.dispose]: close };
}

async function makeViews(connection: DuckDBConnection, folder: string, badLines: BadLines): Promise<void> {
  for (const [name, prefix] of Object.entries(LAKE_TABLES))
    await connection.run(`CREATE OR REPLACE VIEW ${name} AS ${await tableSql(join(folder, prefix), badLines)}`);
}

/** What DuckDB says of a line that is no JSON, and of a value of another type than its column. */
const BAD_LINE = /^Invalid Input Error: (?:Malformed JSON|JSON transform error) in file/;

/** Looks for bad lines only where one was met: that takes reading all files once more. */
async function answerCarefully(
  connection: DuckDBConnection,
  folder: string,
  sql: string,
  limit: number,
): Promise<CopyAnswer> {
  try {
    return await answer(connection, sql, limit);
  } catch (error) {
    if (!(error instanceof QueryError && error.cause instanceof Error && BAD_LINE.test(error.cause.message)))
      throw error;
  }
  await makeViews(connection, folder, 'leave out');
  try {
    const found = await answer(connection, sql, limit);
    const { rows } = await answer(connection, await badLinesSql(join(folder, LAKE_TABLES.raw)), 1);
    return { ...found, badLines: Number(rows[0]?.[0]) };
  } finally {
    await makeViews(connection, folder, 'fail');
  }
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
