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
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + 1 + itemBytes(item), CONTAINER_BYTES);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, item]) => sum + 1 + itemBytes(name) + itemBytes(item),
    CONTAINER_BYTES,
  );
}
