import { itemBytes } from '../../../storage/item-size.ts';
import type { Item } from './expressions.ts';

/** What a table was billed for. */
export interface ConsumedUnits {
  read: number;
  write: number;
}

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;

/**
 * Units of a write: by the larger of the item before and after it, at least one, also where its condition is not met.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function writeUnits(...items: readonly (Item | undefined)[]): number {
  const bytes = Math.max(...items.map((item) => (item === undefined ? 0 : itemBytes(item))));
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Units of a read: by all items together, at least one; half of that unless the read has to be consistent. */
export function readUnits(items: readonly Item[], isConsistent: boolean): number {
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) / (isConsistent ? 1 : 2);
}
