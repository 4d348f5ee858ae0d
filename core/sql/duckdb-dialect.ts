import { LAKE_COLUMNS } from '../event-fields.ts';
import { DUCKDB_FUNCTIONS } from './duckdb-functions.ts';
import { isMeaning, nameOf, sqlTokens, type SqlToken } from './sql-tokens.ts';

/** Statements after which DuckDB reads Athena's dialect, as far as it differs in what is asked of the lake. */
export const DUCKDB_SESSION: readonly string[] = [
  "SET TimeZone = 'UTC'",
  'SET integer_division = true',
  ...Object.entries(DUCKDB_FUNCTIONS).map(([name, forms]) => `CREATE MACRO ${name} ${forms.join(', ')}`),
];

/** Columns that are lists of structs: Athena unnests these into a column for each field. */
const STRUCT_LISTS = new Set(
  LAKE_COLUMNS.filter(({ type }) => type.startsWith('array<struct')).map(({ name }) => name),
);
/** Functions that take a lambda, which a macro cannot hand on. */
const LAMBDA_FUNCTIONS: Readonly<Record<string, string>> = { transform: 'list_transform', filter: 'list_filter' };

/**
 * Writes SQL of Athena as DuckDB needs it where a macro does not do: `UNNEST` of a list of structs, functions that take
 * a lambda. Everything else stays as it is, in its place.
 */
export function duckdbSql(sql: string): string {
  const tokens = sqlTokens(sql);
  const meaning = tokens.flatMap((token, i) => (isMeaning(token) ? [i] : []));
  const texts = tokens.map(({ text }) => text);
  for (const at of meaning.keys()) {
    const ahead = (steps: number): SqlToken | undefined => tokens[meaning[at + steps] ?? -1];
    const [here = -1] = meaning.slice(at);
    const name = nameOf(ahead(0));
    if (ahead(1)?.text !== '(') continue;
    const lambda = LAMBDA_FUNCTIONS[name];
    // `count(*) FILTER (WHERE …)` is another thing.
    if (lambda !== undefined && nameOf(ahead(2)) !== 'where') texts[here] = lambda;
    const width = ahead(3)?.text === '.' ? 3 : 1;
    if (name !== 'unnest' || !STRUCT_LISTS.has(nameOf(ahead(1 + width))) || ahead(2 + width)?.text !== ')') continue;
    const end = meaning[at + 2 + width] ?? here;
    texts[here] = `(SELECT ${texts[here]}`;
    texts[end] = ', max_depth := 2))';
  }
  return texts.join('');
}
