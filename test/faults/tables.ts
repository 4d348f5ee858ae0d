import { isDeepStrictEqual } from 'node:util';

import type { Summary } from '../../core/aggregate.ts';
import { windowOfKey, WINDOW_NAMES } from '../../core/windows.ts';
import { decodeSnapshot, type StoredSnapshot } from '../../storage/snapshot-codec.ts';
import { decodeSummary } from '../../storage/summary-codec.ts';
import type { Item } from '../support/aws/expressions.ts';
import { ROW_TABLES, SNAPSHOTS, SUMMARIES, type Deployment } from './deployment.ts';

/** A snapshot as readers see it. */
export type SnapshotView = Pick<StoredSnapshot, 'window' | 'totals' | 'categories'>;

/** What readers see, by key, without the numbers that count writes. */
export interface Tables {
  readonly summaries: ReadonlyMap<string, Summary>;
  readonly snapshots: ReadonlyMap<string, SnapshotView>;
  readonly rows: ReadonlyMap<string, Item>;
}

/** Reads all tables as they are; rows that have expired are left out, whether or not they are removed already. */
export function readTables({ s3, dynamo }: Deployment, nowMs: number): Tables {
  const summaries = [...s3.objects(SUMMARIES)].map(([key, body]) => [key, decodeSummary(body, key).summary] as const);
  const snapshots = dynamo
    .items(SNAPSHOTS)
    .filter(isSnapshot)
    .map((item) => {
      const { window, totals, categories } = readSnapshot(item);
      return [`${window.name} ${window.keyDatetime}`, { window, totals, categories }] as const;
    });
  const rows = WINDOW_NAMES.flatMap((name) =>
    dynamo
      .items(ROW_TABLES[name])
      .filter(({ expires_at, fallen }) => fallen !== true && Number(expires_at ?? Infinity) * 1_000 > nowMs)
      .map(
        ({ revision: _, ...row }) =>
          [`${name} ${String(row['key_word'])} ${String(row['key_datetime_category'])}`, row] as const,
      ),
  );
  return { summaries: new Map(summaries), snapshots: new Map(snapshots), rows: new Map(rows) };
}

/** The tables without what is of some hours (`2026-11-20T17`): a name of anything has its minute in it. */
export function withoutHours({ summaries, snapshots, rows }: Tables, hours: readonly string[]): Tables {
  const others = <V>(map: ReadonlyMap<string, V>): Map<string, V> =>
    new Map([...map].filter(([name]) => !hours.some((hour) => name.includes(hour))));
  return { summaries: others(summaries), snapshots: others(snapshots), rows: others(rows) };
}

/** The other items say of a snapshot that its rows are written. */
function isSnapshot({ window }: Item): boolean {
  return !String(window).startsWith('rows#');
}

/** Reads the item of a snapshot. */
export function readSnapshot(item: Item): StoredSnapshot {
  const name = WINDOW_NAMES.find((known) => known === item['window']);
  const { key_datetime: key, body } = item;
  if (name === undefined || typeof key !== 'string' || !(body instanceof Uint8Array))
    throw new TypeError('the item is no snapshot');
  return decodeSnapshot(windowOfKey(name, key), body);
}

/** Where two states differ, each a line; `[]` if they are equal. */
export function differences(found: Tables, expected: Tables): string[] {
  return (['summaries', 'snapshots', 'rows'] as const).flatMap((table) => {
    const keys = new Set([...found[table].keys(), ...expected[table].keys()]);
    return [...keys].flatMap((key) => {
      const [is, shouldBe] = [found[table].get(key), expected[table].get(key)];
      if (isDeepStrictEqual(is, shouldBe)) return [];
      if (is === undefined) return [`${table}: ${key} is missing`];
      return [shouldBe === undefined ? `${table}: ${key} should not be there` : `${table}: ${key} is wrong`];
    });
  });
}
