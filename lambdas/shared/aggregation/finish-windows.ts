import { isDeepStrictEqual } from 'node:util';

import pMap from 'p-map';

import { addSummary, emptyWindow, type WindowCells } from '../../../core/aggregate.ts';
import { ALL } from '../../../core/categories.ts';
import { takeSnapshot, type Snapshot, type WindowRow } from '../../../core/snapshot.ts';
import { minutesOf, type Window } from '../../../core/windows.ts';
import type { Mark, MarkName } from '../../../storage/mark-store.ts';
import { fallenUntil, rowsExpireAt, snapshotExpiresAt } from '../../../storage/retention.ts';
import type { RowName } from '../../../storage/snapshot-codec.ts';
import type { VersionedSnapshot } from '../../../storage/snapshot-store.ts';
import type { SourceMinute } from '../../../storage/summary-store.ts';
import { MAX_ATTEMPTS, type AggregationDeps } from './refresh-summary.ts';

/** Windows of one name and one hour, oldest first, that are computed in one pass over their minutes. */
export interface Run {
  readonly windows: readonly [Window, ...Window[]];
  /** The window of the same hour that is still open, to be marked so that it is not forgotten. */
  readonly next?: MarkName | undefined;
}

/** What became of a window. */
export interface FinishedWindow {
  readonly window: Window;
  readonly events: number;
  readonly keywords: number;
  readonly changed: boolean;
}

const MINUTES_AT_ONCE = 5;
const CONCURRENCY = 16;

/**
 * Computes the windows of a run from their summaries and writes snapshots and rows; then removes the marks that were
 * there before the summaries were read. Where somebody else was faster, or a mark came meanwhile, it starts again.
 * @returns undefined if it gave up after several attempts; the marks are still there
 */
export async function finishRun(deps: AggregationDeps, run: Run): Promise<FinishedWindow[] | undefined> {
  const { marks } = deps.stores;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const found = await marksOf(deps, run);
    const finished = await writeRun(deps, run);
    if (finished === undefined) continue;
    if (run.next !== undefined) await marks.add([run.next]);
    const removed = await Promise.all(found.map((mark) => marks.remove(mark)));
    if (removed.every(Boolean)) return finished;
  }
  return undefined;
}

function marksOf({ stores }: AggregationDeps, { windows }: Run): Promise<Mark[]> {
  const last = windows.at(-1) ?? windows[0];
  return stores.marks.list(last.name, { fromKey: windows[0].keyDatetime, toKey: last.keyDatetime });
}

async function writeRun(deps: AggregationDeps, { windows }: Run): Promise<FinishedWindow[] | undefined> {
  const { stores, settings } = deps;
  const previous = await pMap(windows, (window) => stores.snapshots.read(window), { concurrency: CONCURRENCY });
  const summarized = await stores.summaries.list(windows[0]);
  const cells = emptyWindow();
  const finished: FinishedWindow[] = [];
  let fromMs = windows[0].startMs;
  for (const [i, window] of windows.entries()) {
    await addMinutes(deps, cells, minutesOf({ ...window, startMs: fromMs }), summarized);
    fromMs = window.endMs;
    const snapshot = takeSnapshot(window, cells, settings);
    if (!(await writeWindow(deps, snapshot, previous[i]))) return undefined;
    finished.push(describe(snapshot, previous[i]));
  }
  return finished;
}

async function addMinutes(
  { stores }: AggregationDeps,
  cells: WindowCells,
  minutes: readonly string[],
  summarized: readonly SourceMinute[],
): Promise<void> {
  for (let i = 0; i < minutes.length; i += MINUTES_AT_ONCE) {
    const wanted = new Set(minutes.slice(i, i + MINUTES_AT_ONCE));
    const names = summarized.filter(({ minute }) => wanted.has(minute));
    const read = await pMap(names, (name) => stores.summaries.read(name), { concurrency: CONCURRENCY });
    for (const stored of read) if (stored !== undefined) addSummary(cells, stored.summary);
  }
}

/** Writes the snapshot in the place of the one that was read, then its rows; false if another one came first. */
async function writeWindow(
  { stores, settings, now }: AggregationDeps,
  snapshot: Snapshot,
  previous: VersionedSnapshot | undefined,
): Promise<boolean> {
  const { window } = snapshot;
  const known = await knownRows(stores.snapshots, window, previous);
  const kept = new Set(snapshot.rows.map(rowName));
  const fallen = known.names.filter((row) => !kept.has(rowName(row)));
  const revision = (previous?.revision ?? 0) + 1;
  const snapshotExpires = snapshotExpiresAt(window, settings.lateHours);
  if (!(await stores.snapshots.write({ snapshot: { ...snapshot, fallenRows: fallen }, revision }, snapshotExpires)))
    return false;
  const expiresAt = rowsExpireAt(window);
  if (expiresAt !== undefined && expiresAt * 1_000 <= now()) return true;
  const rows = snapshot.rows.filter((row) => !known.isWritten(row));
  await stores.rows.apply({ window, revision, rows, fallen, expiresAt, fallenUntil: fallenUntil(now()) });
  await stores.snapshots.writeRowsDone(window, { revision, expiresAt: snapshotExpires });
  return true;
}

/** What an earlier snapshot has left in the table of rows. */
interface KnownRows {
  /** Rows that may be there. */
  readonly names: readonly RowName[];
  /** Whether a row is there just as it is to be. */
  readonly isWritten: (row: WindowRow) => boolean;
}

/**
 * Where all rows of the earlier snapshot are written, those that are the same need no second write. Where they may not
 * be, because its writer has died or is still at it, nothing is known to be there, and what it was about to take away
 * may still be.
 */
async function knownRows(
  snapshots: AggregationDeps['stores']['snapshots'],
  window: Window,
  previous: VersionedSnapshot | undefined,
): Promise<KnownRows> {
  if (previous === undefined) return { names: [], isWritten: () => false };
  const { rows, fallenRows, categories } = previous.snapshot;
  const isFinished = (await snapshots.readRowsDone(window)) >= previous.revision;
  if (!isFinished) return { names: [...rows, ...fallenRows], isWritten: () => false };
  const names = new Set(rows.map(rowName));
  return {
    names: rows,
    isWritten: ({ category, ...row }) =>
      names.has(rowName({ category, key_word: row.key_word })) &&
      isDeepStrictEqual(categories.get(category)?.ranking[row.rank - 1], row),
  };
}

function rowName({ category, key_word }: RowName): string {
  return `${category}\n${key_word}`;
}

function describe(snapshot: Snapshot, previous: VersionedSnapshot | undefined): FinishedWindow {
  return {
    window: snapshot.window,
    events: snapshot.totals.events,
    keywords: snapshot.categories.get(ALL)?.keywords ?? 0,
    changed: !isDeepStrictEqual(previous?.snapshot.categories, snapshot.categories),
  };
}
