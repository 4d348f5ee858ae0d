import { LAKE_COLUMNS } from '../event-fields.ts';
import { isMeaning, sqlTokens, type SqlToken } from './sql-tokens.ts';

/**
 * Functions of Athena (https://trino.io/docs/current/functions.html) that DuckDB has under another name or with another
 * meaning, as macros: parameters, and what they come to.
 */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  approx_distinct: ['(x) AS approx_count_distinct(x)'],
  approx_percentile: ['(x, p) AS approx_quantile(x, p)'],
  array_join: ['(a, s) AS array_to_string(a, s)'],
  cardinality: ['(x) AS len(x)'],
  // DuckDB's own leaves out what is unknown.
  concat: ['(a, b)', '(a, b, c)', '(a, b, c, d)', '(a, b, c, d, e)', '(a, b, c, d, e, f)'].map(
    (parameters) => `${parameters} AS ${parameters.slice(1, -1).replaceAll(', ', ' || ')}`,
  ),
  date_add: [
    `(u, n, d) AS CASE lower(u) WHEN 'second' THEN d + to_seconds(n) WHEN 'minute' THEN d + to_minutes(n)
      WHEN 'hour' THEN d + to_hours(n) WHEN 'day' THEN d + to_days(n) WHEN 'week' THEN d + to_weeks(n)
      WHEN 'month' THEN d + to_months(n) WHEN 'year' THEN d + to_years(n) ELSE error('date_add knows no such unit') END`,
  ],
  // DuckDB's own is unknown where nothing is known, in Athena 0.
  count_if: ['(x) AS count(CASE WHEN x THEN 1 END)'],
  // DuckDB's own counts the boundaries that are passed, Athena whole units.
  date_diff: ['(u, a, b) AS date_sub(u, a, b)'],
  date_format: ["(x, f) AS strftime(x, replace(replace(f, '%i', '%M'), '%s', '%S'))"],
  day_of_week: ['(x) AS isodow(x)'],
  element_at: ['(x, i) AS x[i]'],
  from_iso8601_timestamp: ['(x) AS CAST(x AS TIMESTAMPTZ)'],
  from_unixtime: ['(x) AS to_timestamp(x)'],
  json_extract_scalar: ['(j, p) AS json_extract_string(j, p)'],
  max_by: ['(x, y) AS arg_max_null(x, y)', '(x, y, n) AS arg_max(x, y, n)'],
  min_by: ['(x, y) AS arg_min_null(x, y)', '(x, y, n) AS arg_min(x, y, n)'],
  regexp_like: ['(s, p) AS regexp_matches(s, p)'],
  sequence: ['(a, b) AS generate_series(a, b)', '(a, b, s) AS generate_series(a, b, s)'],
  to_unixtime: ['(x) AS epoch(x)'],
};

/** Statements after which DuckDB reads Athena's dialect, as far as it differs in what is asked of the lake. */
export const DUCKDB_SESSION: readonly string[] = [
  "SET TimeZone = 'UTC'",
  'SET integer_division = true',
  ...Object.entries(FUNCTIONS).map(([name, forms]) => `CREATE MACRO ${name} ${forms.join(', ')}`),
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

/** A word or quoted name, as names are compared; '' for anything else. */
function nameOf(token: SqlToken | undefined): string {
  if (token?.kind === 'word') return token.text.toLowerCase();
  return token?.kind === 'quoted' ? token.text.slice(1, -1).toLowerCase() : '';
}
