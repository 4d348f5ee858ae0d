import pMap from 'p-map';

import { summarizeMinute } from '../../../core/aggregate.ts';
import { SOURCES } from '../../../core/sources.ts';
import type { TrendSettings } from '../../../core/trend-settings.ts';
import { minuteStartMs, sumsUpUntilMs, windowAt, WINDOW_NAMES } from '../../../core/windows.ts';
import type { Mark, MarkName } from '../../../storage/mark-store.ts';
import { minuteOfMark, openMinute } from '../../../storage/read-minute.ts';
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
/** Minutes that mark the windows above them together. */
const GROUP_SIZE = 64;

/** A minute that is marked. */
export interface MarkedMinute extends SourceMinute {
  /** Its marks, one for each write shard. */
  readonly marks: readonly Mark[];
}

/**
 * Minutes that are marked, each once per source, the newest first: a backlog must not delay what people look at.
 * @param isDue which minutes to take
 * @param range the first and the last minute to look at; default: all
 */
export async function markedMinutes(
  { stores }: Pick<AggregationDeps, 'stores'>,
  isDue: (minute: string) => boolean,
  range?: readonly [string, string],
): Promise<MarkedMinute[]> {
  const keys = range && { fromKey: `${range[0]}#`, toKey: `${range[1]}#~` };
  const perSource = await Promise.all(
    SOURCES.map(async (source) => {
      const marks = await stores.marks.list(`live#${source}`, keys);
      const minutes = Map.groupBy(marks, (mark) => minuteOfMark(mark.key));
      return [...minutes]
        .filter(([minute]) => isDue(minute))
        .map(([minute, found]) => ({ source, minute, marks: found }));
    }),
  );
  return perSource.flat().toSorted((a, b) => (a.minute > b.minute ? -1 : 1));
}

/**
 * Brings the summaries of these minutes up to date.
 * @param isForced whether a minute that is not marked any more is summed up again all the same
 * @returns those that were left for want of time, or because others wrote them at the same time
 */
export async function refreshSummaries(
  deps: AggregationDeps,
  names: readonly SourceMinute[],
  isForced = false,
): Promise<SourceMinute[]> {
  const left: SourceMinute[] = [];
  for (let i = 0; i < names.length; i += GROUP_SIZE)
    left.push(...(await refreshGroup(deps, names.slice(i, i + GROUP_SIZE), isForced)));
  return left;
}

/** Where somebody else was faster, or rows came meanwhile, a minute starts again. */
async function refreshGroup(
  deps: AggregationDeps,
  names: readonly SourceMinute[],
  isForced: boolean,
): Promise<SourceMinute[]> {
  let left = names;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && left.length > 0 && deps.hasTime(); attempt++)
    left = await refreshOnce(deps, left, isForced && attempt === 1);
  return [...left];
}

/**
 * Sums up minutes from their rows, marks the windows they belong to, and only then removes the marks that were there
 * before the rows were read.
 * @returns the minutes that have to start again
 */
async function refreshOnce(
  deps: AggregationDeps,
  names: readonly SourceMinute[],
  isForced: boolean,
): Promise<SourceMinute[]> {
  const { marks } = deps.stores;
  const outcomes = await pMap(names, (name) => writeSummary(deps, name, isForced), { concurrency: CONCURRENCY });
  const written = outcomes.flatMap((outcome) => (outcome.isWritten ? [outcome.name.minute] : []));
  await marks.add(windowsAbove(written));
  const again = await pMap(
    outcomes,
    async ({ name, isLost, found }) => {
      if (isLost) return [name];
      const removed = await Promise.all(found.map((mark) => marks.remove(mark)));
      return removed.every(Boolean) ? [] : [name];
    },
    { concurrency: CONCURRENCY },
  );
  return again.flat();
}

interface Outcome {
  readonly name: SourceMinute;
  /** The marks that were there before the rows were read. */
  readonly found: readonly Mark[];
  readonly isWritten: boolean;
  /** Somebody else wrote it since it was read. */
  readonly isLost: boolean;
}

async function writeSummary(deps: AggregationDeps, name: SourceMinute, isForced: boolean): Promise<Outcome> {
  const { stores, settings } = deps;
  const { previous, marks: found, writeShards, readRows } = await openMinute(stores, name, settings);
  const nothing = { name, found, isWritten: false, isLost: false };
  // Without a mark somebody else has just done it.
  if (found.length === 0 && !isForced) return nothing;
  const summary = summarizeMinute(await readRows(), settings.weights[name.source]);
  // Asked after the rows were read: later some of them may be gone.
  const untilMs = sumsUpUntilMs(windowAt('minute', minuteStartMs(name.minute)), settings.lateHours);
  if (deps.now() >= untilMs) return nothing;
  const revision = (previous?.revision ?? 0) + 1;
  const isWritten = await stores.summaries.write({ summary, writeShards, revision }, previous);
  return { name, found, isWritten, isLost: !isWritten };
}

function windowsAbove(minutes: readonly string[]): MarkName[] {
  return [...new Set(minutes)].flatMap((minute) =>
    WINDOW_NAMES.map((window) => ({ window, key: windowAt(window, minuteStartMs(minute)).keyDatetime })),
  );
}
