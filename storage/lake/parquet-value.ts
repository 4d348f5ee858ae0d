import type { SchemaElement } from 'hyparquet';

/** A row as its JSON would be read: without what is absent, with numbers for integers and decimals. */
export function plainRow(
  row: Readonly<Record<string, unknown>>,
  schema: readonly SchemaElement[],
): Readonly<Record<string, unknown>> {
  return plainObject(row, scalesOf(schema));
}

type Scales = ReadonlyMap<string, number>;

const scalesBySchema = new WeakMap<readonly SchemaElement[], Scales>();

/** Digits behind the point by the name of the field: a decimal is read as a product, which is not the nearest number. */
function scalesOf(schema: readonly SchemaElement[]): Scales {
  const known = scalesBySchema.get(schema);
  if (known !== undefined) return known;
  const scales = new Map(
    schema.flatMap(({ name, scale, converted_type }) =>
      converted_type === 'DECIMAL' ? [[name, scale ?? 0] as const] : [],
    ),
  );
  scalesBySchema.set(schema, scales);
  return scales;
}

function plainObject(fields: Readonly<Record<string, unknown>>, scales: Scales): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== null && value !== undefined) plain[name] = plainValue(value, name, scales);
  return plain;
}

function plainValue(value: unknown, name: string, scales: Scales): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    const scale = scales.get(name);
    return scale === undefined ? value : Number(value.toFixed(scale));
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => plainValue(item, name, scales));
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, (item) => plainValue(item, name, scales));
  return value === null || value === undefined ? null : plainObject(value as Record<string, unknown>, scales);
}
