const NUMBER_BYTES = 21;
const CONTAINER_BYTES = 3;

/**
 * An upper bound of the bytes an item takes in DynamoDB: names and values; numbers at their greatest.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 1;
  let bytes = CONTAINER_BYTES;
  if (Array.isArray(value)) for (const item of value) bytes += 1 + itemBytes(item);
  // Not by Object.entries: rows of every event are measured, and it makes a list for each field.
  else for (const name of Object.keys(value)) bytes += 1 + itemBytes(name) + itemBytes(value[name as never]);
  return bytes;
}
