/**
 * What stands in a format of `date_format` (https://trino.io/docs/current/functions/datetime.html) and in one of
 * `strftime`, where these differ. In this order, so that none is taken for what another has become.
 */
const DATE_FORMAT: readonly (readonly [string, string])[] = [
  ['%M', '%B'],
  ['%i', '%M'],
  ['%c', '%-m'],
  ['%e', '%-d'],
  ['%h', '%I'],
  ['%k', '%-H'],
  ['%l', '%-I'],
  ['%r', '%I:%M:%S %p'],
  ['%s', '%S'],
  ['%T', '%H:%M:%S'],
  ['%v', '%V'],
  ['%W', '%A'],
  ['%x', '%G'],
];
/** What is no part of a format in Athena, or what it says there is not known here. */
const UNKNOWN_FORMAT = '%([^abcdefHhIijklMmprSsTvWxYy]|$)';
/** Stands for what is to be left alone meanwhile. */
const KEPT = 'chr(1)';

/** An expression of a text in which texts are replaced, one after the other, but for what is kept. */
function replaced(text: string, kept: string, pairs: readonly (readonly [string, string])[]): string {
  const start = `replace(${text}, '${kept}', ${KEPT})`;
  return pairs.reduce((expression, [from, to]) => `replace(${expression}, '${from}', '${to}')`, start);
}

/** The forms of functions with any number of arguments that are known, the longest with six. */
const PARAMETERS = [2, 3, 4, 5, 6].map((count) => ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count));

/** Where DuckDB's own function is, if a macro has its name. */
const BUILT_IN = 'system.main';
/** `$1` of a replacement is a group, `\$` the sign. */
const REPLACEMENT = `replace(${BUILT_IN}.regexp_replace(${replaced('r', String.raw`\$`, [])}, '\\$(\\d)', '\\\\\\1', 'g'), ${KEPT}, '$')`;

/** Forms of a function that is unknown where any of its arguments is; DuckDB's own leaves these out. */
function unknownWithAny(name: string): string[] {
  return PARAMETERS.map((parameters) => {
    const isUnknown = parameters.map((parameter) => `${parameter} IS NULL`).join(' OR ');
    const list = parameters.join(', ');
    return `(${list}) AS CASE WHEN ${isUnknown} THEN NULL ELSE ${BUILT_IN}.${name}(${list}) END`;
  });
}

/** Forms of a function that is not translated, however many arguments it has. */
function refused(name: string, advice: string): string[] {
  return [['a'], ...PARAMETERS].map(
    (parameters) => `(${parameters.join(', ')}) AS error('${name} is not translated for DuckDB: ${advice}')`,
  );
}

/**
 * Functions of Athena (https://trino.io/docs/current/functions.html) that DuckDB has under another name or with another
 * meaning, as macros: parameters, and what they come to.
 */
export const DUCKDB_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  approx_distinct: ['(x) AS approx_count_distinct(x)'],
  approx_percentile: ['(x, p) AS approx_quantile(x, p)'],
  array_join: ['(a, s) AS array_to_string(a, s)'],
  cardinality: ['(x) AS len(x)'],
  // DuckDB's own leaves out what is unknown.
  concat: PARAMETERS.map((parameters) => `(${parameters.join(', ')}) AS ${parameters.join(' || ')}`),
  date_add: [
    `(u, n, d) AS CASE lower(u) WHEN 'second' THEN d + to_seconds(n) WHEN 'minute' THEN d + to_minutes(n)
      WHEN 'hour' THEN d + to_hours(n) WHEN 'day' THEN d + to_days(n) WHEN 'week' THEN d + to_weeks(n)
      WHEN 'month' THEN d + to_months(n) WHEN 'year' THEN d + to_years(n) ELSE error('date_add knows no such unit') END`,
  ],
  // DuckDB's own is unknown where nothing is known, in Athena 0.
  count_if: ['(x) AS count(CASE WHEN x THEN 1 END)'],
  // DuckDB's own counts the boundaries that are passed, Athena whole units.
  date_diff: ['(u, a, b) AS date_sub(u, a, b)'],
  // Athena's times have milliseconds.
  date_format: [
    `(x, f) AS CASE WHEN regexp_matches(replace(f, '%%', ''), '${UNKNOWN_FORMAT}')
      THEN error('date_format is not translated for DuckDB with such a format: ' || f)
      ELSE strftime(date_trunc('milliseconds', x), replace(${replaced('f', '%%', DATE_FORMAT)}, ${KEPT}, '%%')) END`,
  ],
  day_of_week: ['(x) AS isodow(x)'],
  element_at: ['(x, i) AS x[i]'],
  from_iso8601_timestamp: ['(x) AS CAST(x AS TIMESTAMPTZ)'],
  from_unixtime: ['(x) AS to_timestamp(x)'],
  format: refused('format', 'use concat, CAST, round or lpad'),
  greatest: unknownWithAny('greatest'),
  // DuckDB's own makes texts of objects and lists too.
  json_extract_scalar: [
    `(j, p) AS CASE WHEN NOT json_valid(j) THEN NULL
      WHEN json_type(j, p) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(j, p) END`,
  ],
  least: unknownWithAny('least'),
  max_by: ['(x, y) AS arg_max_null(x, y)', '(x, y, n) AS arg_max(x, y, n)'],
  min_by: ['(x, y) AS arg_min_null(x, y)', '(x, y, n) AS arg_min(x, y, n)'],
  // DuckDB's own is an empty text where nothing is found.
  regexp_extract: ['(s, p)', '(s, p, g)'].map(
    (parameters) => `${parameters} AS CASE WHEN regexp_matches(s, p) THEN ${BUILT_IN}.regexp_extract${parameters} END`,
  ),
  regexp_like: ['(s, p) AS regexp_matches(s, p)'],
  // DuckDB's own replaces the first place only.
  regexp_replace: [
    `(s, p) AS ${BUILT_IN}.regexp_replace(s, p, '', 'g')`,
    `(s, p, r) AS ${BUILT_IN}.regexp_replace(s, p, ${REPLACEMENT}, 'g')`,
  ],
  sequence: ['(a, b) AS generate_series(a, b)', '(a, b, s) AS generate_series(a, b, s)'],
  // There is nothing at 0.
  substr: ['(s, i)', '(s, i, n)'].map(
    (parameters) => `${parameters} AS CASE WHEN i = 0 THEN '' ELSE ${BUILT_IN}.substr${parameters} END`,
  ),
  to_unixtime: ['(x) AS epoch(x)'],
};
