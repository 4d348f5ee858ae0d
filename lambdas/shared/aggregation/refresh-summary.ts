import pMap from 'p-map';

import { SOURCES } from '../../../core/sources.ts';
import type { TrendSettings } from '../../../core/trend-settings.ts';
import { acceptsUntilMs, minuteStartMs, windowAt, WINDOW_NAMES } from '../../../core/windows.ts';
import { minuteOfMark, readMinute } from '../../../storage/read-minute.ts';
import type { SourceMinute } from '../../../storage/summary-store.ts';
import type { TrendStores } from '../../../storage/trend-stores.ts';

/** What an aggregation works with. */
export interface AggregationDeps {
  readonly stores: TrendStores;
  readonly settings: TrendSettings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Whether there is time for another window; what is left is still marked and comes next time. */
  readonly hasTime: () => boolean;
}

/** How often a window is tried while others write the same one; its mark stays, and the schedule comes back to it. */
export const MAX_ATTEMPTS = 5;

const CONCURRENCY = 8;

/** Minutes that are marked, each once per source; `isDue` says which to take. */
export async function markedMinutes(
  { stores }: Pick<AggregationDeps, 'stores'>,
  isDue: (minute: string) => boolean,
): Promise<SourceMinute[]> {
  const perSource = await Promise.all(
    SOURCES.map(async (source) => {
      const marks = await stores.marks.list(`live#${source}`);
      const minutes = new Set(marks.map((mark) => minuteOfMark(mark.key)));
      return [...minutes].filter(isDue).map((minute) => ({ source, minute }));
    }),
  );
  // The newest first: a backlog must not delay what people look at.
  return perSource.flat().toSorted((a, b) => (a.minute > b.minute ? -1 : 1));
}

/** Brings the summaries of these minutes up to date; returns those that were left for want of time or for contention. */
export async function refreshSummaries(deps: AggregationDeps, names: readonly SourceMinute[]): Promise<SourceMinute[]> {
  const left = await pMap(names, async (name) => (deps.hasTime() && (await refreshSummary(deps, name)) ? [] : [name]), {
    concurrency: CONCURRENCY,
  });
  return left.flat();
}

/**
 * Sums up a minute from its rows, marks the windows it belongs to, and only then removes the marks that were there
 * before the rows were read. Where somebody else was faster, or rows came meanwhile, it starts again.
 * @returns false if it gave up after several attempts; the marks are still there
 */
async function refreshSummary(deps: AggregationDeps, name: SourceMinute): Promise<boolean> {
  const { stores, settings } = deps;
  const startMs = minuteStartMs(name.minute);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const reading = await readMinute(stores, name, settings);
    if (deps.now() < acceptsUntilMs(windowAt('minute', startMs), settings.lateHours)) {
      const { summary, writeShards, previous } = reading;
      const revision = (previous?.revision ?? 0) + 1;
      if (!(await stores.summaries.write({ summary, writeShards, revision }, previous))) continue;
      await stores.marks.add(WINDOW_NAMES.map((window) => ({ window, key: windowAt(window, startMs).keyDatetime })));
    }
    const removed = await Promise.all(reading.marks.map((mark) => stores.marks.remove(mark)));
    if (removed.every(Boolean)) return true;
  }
  return false;
}
