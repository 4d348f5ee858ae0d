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
  /** The items of a partition as they were `lagMs` ago, in order of their sort keys. */
  itemsOf(partition: unknown, lagMs?: number): Item[];
  /** All items, in order of their keys. */
  all(): Item[];
}

interface Version {
  readonly atMs: number;
  readonly item: Item | undefined;
}

/** The items of one partition by sort key. */
interface Partition {
  readonly versions: Map<string, Version[]>;
  /** The sort keys in order; undefined if one has come since. */
  order: string[] | undefined;
}

/** An empty table that remembers for `memoryMs` what was in it. */
export function versionedTable(keys: TableKeys, now: () => number, memoryMs: number): VersionedTable {
  const partitions = new Map<string, Partition>();
  const set = (key: Item, item: Item | undefined): void => {
    const [name, sort] = [String(key[keys.partition]), String(key[keys.sort])];
    const partition = partitions.get(name) ?? { versions: new Map<string, Version[]>(), order: undefined };
    partitions.set(name, partition);
    const known = partition.versions.get(sort);
    if (known === undefined) partition.order = undefined;
    const recent = (known ?? []).filter((_, i, list) => (list[i + 1]?.atMs ?? Infinity) >= now() - memoryMs);
    partition.versions.set(sort, [...recent, { atMs: now(), item }]);
  };
  const at = (list: readonly Version[] = [], lagMs: number): Item | undefined =>
    list.findLast(({ atMs }) => atMs <= now() - lagMs)?.item;
  const itemsOf = (name: string, lagMs: number): Item[] => {
    const partition = partitions.get(name);
    if (partition === undefined) return [];
    partition.order ??= [...partition.versions.keys()].toSorted(orderOf);
    return partition.order.map((sort) => at(partition.versions.get(sort), lagMs)).filter((item) => item !== undefined);
  };
  return {
    keys,
    keyOf: (item) => ({ [keys.partition]: item[keys.partition], [keys.sort]: item[keys.sort] }),
    put: (item) => set(item, item),
    remove: (key) => set(key, undefined),
    read: (key, lagMs = 0) =>
      at(partitions.get(String(key[keys.partition]))?.versions.get(String(key[keys.sort])), lagMs),
    itemsOf: (partition, lagMs = 0) => itemsOf(String(partition), lagMs),
    all: () => [...partitions.keys()].toSorted(orderOf).flatMap((name) => itemsOf(name, 0)),
  };
}
