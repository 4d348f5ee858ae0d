import { TrinoSQL } from 'dt-sql-parser';

const parser = new TrinoSQL();

/** What Trino's grammar has against SQL, with the place; `[]` if nothing. Names and types are not looked at. */
export function trinoComplaints(sql: string): string[] {
  return parser
    .validate(sql)
    .map(({ startLine, startColumn, message }) => `line ${startLine}:${startColumn}: ${message}`);
}
