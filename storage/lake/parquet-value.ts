import type { SchemaElement } from 'hyparquet';

/** A top-level column of a Parquet schema. */
export interface ParquetColumn {
  readonly name: string;
  /** A value as its JSON would be read; undefined where it is absent. */
  readonly plain: (value: unknown) => unknown;
}

/** The top-level columns of a schema, which is a tree written down depth first. */
export function columnsOf(schema: readonly SchemaElement[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  for (let at = 1; at < schema.length; at = behind(schema, at)) columns.push(columnOf(schema, at));
  return columns;
}

function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = behind(schema, next);
  return next;
}

function columnOf(schema: readonly SchemaElement[], at: number): ParquetColumn {
  const name = schema[at]?.name ?? '';
  const scales = scalesOf(schema.slice(at, behind(schema, at)));
  return { name, plain: (value) => (typeof value === 'string' ? value : plainValue(value, name, scales)) };
}

/** One for all: most lists of most rows are empty. */
const NONE: readonly unknown[] = Object.freeze([]);

type Scales = ReadonlyMap<string, number>;

/** Digits behind the point by the name of the field: a decimal is read as a product, which is not the nearest number. */
function scalesOf(elements: readonly SchemaElement[]): Scales {
  return new Map(
    elements.flatMap(({ name, scale, converted_type }) =>
      converted_type === 'DECIMAL' ? [[name, scale ?? 0] as const] : [],
    ),
  );
}

function plainValue(value: unknown, name: string, scales: Scales): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    const scale = scales.get(name);
    return scale === undefined ? value : Number(value.toFixed(scale));
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) && value.length === 0) return NONE;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, name, scales) ?? null);
  return plainFields(value as Readonly<Record<string, unknown>>, scales);
}

function plainFields(fields: Readonly<Record<string, unknown>>, scales: Scales): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = plainValue(fields[name], name, scales);
    if (value !== undefined) plain[name] = value;
  }
  return plain;
}
