import type { Observation } from '../../core/aggregate.ts';
import type { Source } from '../../core/sources.ts';
import { decodeLiveRow } from '../../storage/live-row.ts';
import type { AddressedRow } from '../../storage/live-store.ts';
import type { Mark, MarkName } from '../../storage/mark-store.ts';
import type { VersionedSnapshot } from '../../storage/snapshot-store.ts';
import { decodeSummary, encodeSummary } from '../../storage/summary-codec.ts';
import type { TrendStores } from '../../storage/trend-stores.ts';
import type { RowChange } from '../../storage/window-row-store.ts';

/** A step of the stores: what is about to happen, or has just happened. */
export type Step = `${'before' | 'after'} ${string}`;

/** The stores of the trends stage in memory, with the conditions of the real ones. */
export interface MemoryStores extends TrendStores {
  /** Called before and after every call of a store; what it throws, the call throws. */
  onStep: (step: Step) => Promise<void> | void;
  /** How often each call was made. */
  readonly calls: Map<string, number>;
  /** What readers see: summaries, snapshots and rows, without the numbers that count writes. */
  tables(): unknown;
  markNames(): string[];
}

/** Stores without anything in them, on a clock in epoch milliseconds. */
export function memoryStores(now: () => number = () => 0): MemoryStores {
  const live = new Map<string, AddressedRow>();
  const marks = new Map<string, Mark>();
  const summaries = new Map<string, { bytes: Uint8Array; etag: string }>();
  const snapshots = new Map<string, VersionedSnapshot>();
  const rowsDone = new Map<string, number>();
  const rows = new Map<string, { revision: number; row: unknown }>();
  let token = 0;

  const step = <A extends readonly unknown[], R>(name: string, act: (...args: A) => R) => {
    return async (...args: A): Promise<R> => {
      stores.calls.set(name, (stores.calls.get(name) ?? 0) + 1);
      await stores.onStep(`before ${name}`);
      const result = act(...args);
      await stores.onStep(`after ${name}`);
      return result;
    };
  };
  const applyRows = (change: RowChange): void => {
    const { window, revision } = change;
    const put = (key_word: string, category: string, row: unknown): void => {
      const key = `${window.name} ${key_word} ${window.keyDatetime}#${category}`;
      if ((rows.get(key)?.revision ?? 0) <= revision) rows.set(key, { revision, row });
    };
    for (const row of change.rows) put(row.key_word, row.category, row);
    for (const { key_word, category } of change.fallen) put(key_word, category, undefined);
  };

  const stores: MemoryStores = {
    onStep: () => undefined,
    calls: new Map(),
    live: {
      put: step('live.put', (items) => {
        for (const item of items) live.set(`${item.source} ${item.row.key_datetime} ${item.row.event_key}`, item);
      }),
      readMinute: step('live.readMinute', (source, minute, writeShards) => {
        const partitions = Array.from({ length: writeShards }, (_, shard) => `${minute}#${shard}`);
        const decoded = [...live.values()]
          .filter((item) => item.source === source && partitions.includes(item.row.key_datetime))
          .map(({ row }) => decodeLiveRow(row));
        const observations = decoded.filter((row): row is Observation => row !== undefined);
        return { source, minute, observations, rejected: decoded.length - observations.length };
      }),
    },
    marks: {
      add: step('marks.add', (names) => {
        for (const name of names) {
          const last = String(++token);
          const known = marks.get(nameOf(name)) ?? { addedAtMs: now() };
          marks.set(nameOf(name), { ...known, ...name, last });
        }
      }),
      list: step('marks.list', (window, range) =>
        [...marks.values()]
          .filter((mark) => mark.window === window)
          .filter(({ key }) => range === undefined || (key >= range.fromKey && key <= range.toKey))
          .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      ),
      remove: step('marks.remove', (mark) => {
        if (marks.get(nameOf(mark))?.last !== mark.last) return false;
        return marks.delete(nameOf(mark));
      }),
    },
    summaries: {
      list: step('summaries.list', (window) =>
        [...summaries.keys()]
          .map((key) => ({ source: key.split(' ')[0] as Source, minute: key.split(' ')[1] ?? '' }))
          .filter(({ minute }) => minute.startsWith(window.keyDatetime.slice(0, window.name === 'minute' ? 16 : 13))),
      ),
      read: step('summaries.read', ({ source, minute }) => {
        const found = summaries.get(`${source} ${minute}`);
        return found && { ...decodeSummary(found.bytes, 'memory'), etag: found.etag };
      }),
      write: step('summaries.write', (stored, previous) => {
        const key = `${stored.summary.source} ${stored.summary.minute}`;
        if (summaries.get(key)?.etag !== previous?.etag) return false;
        summaries.set(key, { bytes: encodeSummary(stored), etag: String(stored.revision) });
        return true;
      }),
    },
    snapshots: {
      read: step('snapshots.read', (window) => snapshots.get(`${window.name} ${window.keyDatetime}`)),
      write: step('snapshots.write', (next) => {
        const key = `${next.snapshot.window.name} ${next.snapshot.window.keyDatetime}`;
        if ((snapshots.get(key)?.revision ?? 0) !== next.revision - 1) return false;
        snapshots.set(key, next);
        return true;
      }),
      readRowsDone: step(
        'snapshots.readRowsDone',
        (window) => rowsDone.get(`${window.name} ${window.keyDatetime}`) ?? 0,
      ),
      writeRowsDone: step('snapshots.writeRowsDone', (window, { revision }) => {
        const key = `${window.name} ${window.keyDatetime}`;
        rowsDone.set(key, Math.max(revision, rowsDone.get(key) ?? 0));
      }),
      newest: step('snapshots.newest', (name) =>
        [...snapshots.values()]
          .map(({ snapshot }) => snapshot.window)
          .filter((window) => window.name === name)
          .toSorted((a, b) => b.endMs - a.endMs)
          .at(0),
      ),
    },
    rows: { apply: step('rows.apply', applyRows) },
    tables: () => ({
      summaries: sorted(summaries, ({ bytes }) => ({ ...decodeSummary(bytes, 'memory').summary })),
      snapshots: sorted(snapshots, ({ snapshot }) => [snapshot.totals, snapshot.categories]),
      rows: sorted(rows, ({ row }) => row).filter(([, row]) => row !== undefined),
    }),
    markNames: () => [...marks.keys()].toSorted(),
  };
  return stores;
}

function nameOf({ window, key }: MarkName): string {
  return `${window} ${key}`;
}

function sorted<V>(map: ReadonlyMap<string, V>, show: (value: V) => unknown): (readonly [string, unknown])[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, show(value)] as const);
}
