import { readOnlyStatement } from '../../core/sql/read-only-statement.ts';
import type { LakeAnswer } from '../../storage/lake/lake-answer.ts';
import { openLakeDatabase, type CopyAnswer } from '../../storage/lake/lake-database.ts';
import type { LakeFolder } from './lake-folder.ts';

/** What a copy of the lake says to SQL. */
export async function ask(folder: LakeFolder, sql: string, limit = 1_000): Promise<CopyAnswer> {
  const statement = readOnlyStatement(sql);
  if (!statement.ok) throw new Error(statement.reason);
  using database = await openLakeDatabase(folder.path);
  return await database.query(statement, limit);
}

/** Only the rows of that. */
export async function rowsOf(folder: LakeFolder, sql: string): Promise<LakeAnswer['rows']> {
  const { rows } = await ask(folder, sql);
  return rows;
}
