import { LAKE_COLUMNS, LAKE_PARTITIONS, type LakeColumn } from './event-fields.ts';

/** How the files of a table are written. */
export type LakeFormat = 'json' | 'parquet';

/** A table of the lake. */
export interface LakeTable {
  readonly name: 'raw' | 'posts';
  readonly format: LakeFormat;
  /** Where its days lie: `s3://bucket/raw/`. */
  readonly location: string;
}

/**
 * The class that Athena reads lines of JSON with. AWS says of its other one, OpenX, that it can give more or fewer rows than
 * there are: https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
 */
export const JSON_SERDE = 'org.apache.hive.hcatalog.data.JsonSerDe';

const STORAGE: Readonly<Record<LakeFormat, string>> = {
  json: `ROW FORMAT SERDE '${JSON_SERDE}'`,
  parquet: 'STORED AS PARQUET',
};

/**
 * How each partition is projected (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html).
 * `created_at` is never before 2006, when the first of these networks began.
 */
const PROJECTION: Readonly<
  Record<(typeof LAKE_PARTITIONS)[number], { readonly range: string; readonly digits: number }>
> = { year: { range: '2006,2050', digits: 4 }, month: { range: '1,12', digits: 2 }, day: { range: '1,31', digits: 2 } };

/**
 * What makes Athena compute the days of a table that a query leaves open, as texts with leading zeros.
 * @param location of the table, with `/` at its end
 */
export function projectionOf(location: string): Record<string, string> {
  const partitions = LAKE_PARTITIONS.flatMap((partition) => [
    [`projection.${partition}.type`, 'integer'],
    [`projection.${partition}.range`, PROJECTION[partition].range],
    [`projection.${partition}.digits`, String(PROJECTION[partition].digits)],
  ]);
  const template = LAKE_PARTITIONS.map((partition) => `${partition}=\${${partition}}/`).join('');
  return {
    'projection.enabled': 'true',
    ...Object.fromEntries(partitions),
    'storage.location.template': location + template,
  };
}

/** The statement that makes a table in Athena, for a catalog that the stack does not make. */
export function athenaDdl({ name, format, location }: LakeTable): string {
  const properties = Object.entries(projectionOf(location));
  return [
    `CREATE EXTERNAL TABLE \`${name}\` (`,
    LAKE_COLUMNS.map((column) => `  \`${column.name}\` ${column.type}`).join(',\n'),
    ')',
    `PARTITIONED BY (${LAKE_PARTITIONS.map((partition) => `\`${partition}\` string`).join(', ')})`,
    STORAGE[format],
    `LOCATION '${location}'`,
    `TBLPROPERTIES (\n${properties.map(([key, value]) => `  '${key}' = '${value}'`).join(',\n')}\n)`,
  ].join('\n');
}

const DUCKDB_NAMES: Readonly<Record<string, string>> = { string: 'VARCHAR', int: 'INTEGER' };

/** The type of a column as DuckDB writes it. */
export function duckdbType(type: string): string {
  const list = /^array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return `${duckdbType(list)}[]`;
  const struct = /^struct<(.*)>$/.exec(type)?.[1];
  if (struct === undefined) return DUCKDB_NAMES[type] ?? type.toUpperCase();
  // A comma inside of brackets belongs to a number of digits.
  const fields = struct.split(/,(?![^(]*\))/).map((field) => field.split(':'));
  return `STRUCT(${fields.map(([name = '', fieldType = '']) => `${name} ${duckdbType(fieldType)}`).join(', ')})`;
}

/** The columns as a table of Markdown. */
export function columnsMarkdown(columns: readonly LakeColumn[] = LAKE_COLUMNS): string {
  const rows = [
    ['column', 'type', 'meaning'],
    ...columns.map(({ name, type, meaning }) => [`\`${name}\``, `\`${type}\``, meaning]),
    ['`year` `month` `day`', '`string`', 'partition: the UTC day of `created_at`, with leading zeros'],
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join('\n');
}

const MARKERS = ['<!-- columns of the lake: npm run schema -->', '<!-- end of the columns of the lake -->'] as const;

/**
 * A page with its table of columns as it has to be.
 * @throws Error if the page has no place for it
 */
export function withColumnsMarkdown(page: string): string {
  const [begin, end] = MARKERS.map((marker) => page.indexOf(marker));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`the page lacks ${MARKERS.join(' and ')}`);
  return `${page.slice(0, begin + MARKERS[0].length)}\n\n${columnsMarkdown()}\n\n${page.slice(end)}`;
}
