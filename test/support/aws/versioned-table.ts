import { orderOf, type Item } from './expressions.ts';

/** The key attributes of a table. */
export interface TableKeys {
  readonly partition: string;
  readonly sort: string;
}

/** Items by key, and what they were a moment ago. */
export interface VersionedTable {
  readonly keys: TableKeys;
  keyOf(item: Item): Item;
  put(item: Item): void;
  remove(key: Item): void;
  /** The item as it was `lagMs` ago. */
  read(key: Item, lagMs?: number): Item | undefined;
  /** All items as they were `lagMs` ago, in order of their keys. */
  all(lagMs?: number): Item[];
}

interface Version {
  readonly atMs: number;
  readonly item: Item | undefined;
}

/** An empty table that remembers for `memoryMs` what was in it. */
export function versionedTable(keys: TableKeys, now: () => number, memoryMs: number): VersionedTable {
  const versions = new Map<string, Version[]>();
  let order: string[] | undefined;
  const nameOf = (item: Item): string => `${String(item[keys.partition])}\n${String(item[keys.sort])}`;
  const set = (key: Item, item: Item | undefined): void => {
    const name = nameOf(key);
    const known = versions.get(name);
    if (known === undefined) order = undefined;
    const recent = (known ?? []).filter((_, i, list) => (list[i + 1]?.atMs ?? Infinity) >= now() - memoryMs);
    versions.set(name, [...recent, { atMs: now(), item }]);
  };
  const at = (list: readonly Version[] = [], lagMs: number): Item | undefined =>
    list.findLast(({ atMs }) => atMs <= now() - lagMs)?.item;
  return {
    keys,
    keyOf: (item) => ({ [keys.partition]: item[keys.partition], [keys.sort]: item[keys.sort] }),
    put: (item) => set(item, item),
    remove: (key) => set(key, undefined),
    read: (key, lagMs = 0) => at(versions.get(nameOf(key)), lagMs),
    all(lagMs = 0) {
      order ??= [...versions.keys()].toSorted(orderOf);
      return order.map((name) => at(versions.get(name), lagMs)).filter((item) => item !== undefined);
    },
  };
}
