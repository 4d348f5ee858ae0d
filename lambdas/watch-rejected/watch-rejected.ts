import pMap from 'p-map';

import { acceptsUntilMs, windowAt } from '../../core/windows.ts';
import type { KeptObject, OpenRejected } from '../../storage/open-rejected.ts';
import type { OpenRejectedCounts } from '../shared/metrics.ts';

export interface WatchRejectedDeps {
  readonly rejected: OpenRejected;
  /** Hours after its start during which a window accepts changes. */
  readonly lateHours: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly report: (open: OpenRejectedCounts) => void;
  /**
   * How many objects are read, the newest of them; of the others the time they were kept stands for that of their
   * events. Bounds what an hour of rubbish costs.
   * @default 1000
   */
  readonly maxReads?: number;
}

const HOUR_MS = 3_600_000;
const CONCURRENCY = 16;

/**
 * The handler that looks at what was rejected or given up and not sent again: how much of it can still change a table,
 * and how long ago the minute of the oldest event in it was. What comes too late for every table does not count.
 */
export function watchRejected({ rejected, lateHours, now, report, maxReads = 1_000 }: WatchRejectedDeps) {
  return async (): Promise<OpenRejectedCounts> => {
    const nowMs = now();
    const canStillChange = (timeMs: number) => nowMs < acceptsUntilMs(windowAt('minute', timeMs), lateHours);
    const listed = await rejected.list(nowMs - lateHours * HOUR_MS);
    // The newest first: whatever waits has been read once, and old rubbish hides nothing that came after it.
    const objects = listed.toSorted((a, b) => b.keptAtMs - a.keptAtMs);
    const read = await pMap(objects.slice(0, maxReads), (object) => timesOf(rejected, object), {
      concurrency: CONCURRENCY,
    });
    const times = [...read, ...objects.slice(maxReads).map(({ keptAtMs }) => [keptAtMs])];
    const open = times.map((each) => each.filter(canStillChange)).filter((each) => each.length > 0);
    const minutes = open.flat().map((timeMs) => windowAt('minute', timeMs).startMs);
    const oldestMs = minutes.reduce((oldest, ms) => Math.min(oldest, ms), nowMs);
    const unread = Math.max(0, objects.length - maxReads);
    const counts = { count: open.length, oldestAgeMs: nowMs - oldestMs, unread };
    report(counts);
    return counts;
  };
}

/** An object that is not as it should be is taken to be about the time it was kept at. */
async function timesOf(rejected: OpenRejected, { key, keptAtMs }: KeptObject): Promise<number[]> {
  const times = await rejected.readTimes(key);
  if (times === undefined) return [];
  return times.length > 0 ? times : [keptAtMs];
}
