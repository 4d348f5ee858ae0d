import type { RejectionReason } from '../../core/parse-event.ts';
import { SOURCES, type Source } from '../../core/sources.ts';
import { hourKeyOf, minuteStartMs } from '../../core/windows.ts';

/** What there was of one network; records, so that one which came twice is told of twice. */
export interface SourceTally {
  events: number;
  /** Of before the time from which on an event changes a window: only lake and search take them. */
  tooLate: number;
  /** Whose row is in the live table; known only where nothing is sent. */
  present: number;
  /** In time, and without a row. */
  missing: number;
  /** Records that the stream has taken. */
  sent: number;
  /** Minutes that a row is missing of. */
  readonly minutes: Set<string>;
}

/** What there was that is no event, for one reason. */
export interface BadTally {
  /** Pieces of an object; records without line ends between them may be one. */
  records: number;
  /** The first of them: object and place. */
  readonly example: string;
}

export interface ReplayTally {
  readonly sources: Map<Source, SourceTally>;
  readonly bad: Map<RejectionReason, BadTally>;
}

export function emptyTally(): ReplayTally {
  return { sources: new Map(), bad: new Map() };
}

/** The tally of a network, a new one if there is none. */
export function sourceTally({ sources }: ReplayTally, source: Source): SourceTally {
  const tally = sources.get(source) ?? {
    events: 0,
    tooLate: 0,
    present: 0,
    missing: 0,
    sent: 0,
    minutes: new Set<string>(),
  };
  sources.set(source, tally);
  return tally;
}

export function countBad({ bad }: ReplayTally, reason: RejectionReason, example: string): void {
  const tally = bad.get(reason) ?? { records: 0, example };
  tally.records += 1;
  bad.set(reason, tally);
}

/** The tallies in the order in which networks are named everywhere. */
export function inOrder({ sources }: ReplayTally): (readonly [Source, SourceTally])[] {
  return SOURCES.flatMap((source) => {
    const tally = sources.get(source);
    return tally === undefined ? [] : [[source, tally] as const];
  });
}

/** Windows that would change at most: one whose missing rows are all of older observations stays as it is. */
export interface ChangedWindows {
  readonly minutes: number;
  /** First and last minute of each stretch without a gap, oldest first. */
  readonly ranges: readonly (readonly [first: string, last: string])[];
  readonly hours: readonly string[];
}

/** The minutes of which rows are missing, of whatever network, and the hours above them. */
export function changedWindows(tally: ReplayTally): ChangedWindows {
  const minutes = [...new Set([...tally.sources.values()].flatMap((source) => [...source.minutes]))].toSorted();
  const ranges: [string, string][] = [];
  for (const minute of minutes) {
    const latest = ranges.at(-1);
    if (latest !== undefined && minuteStartMs(minute) - minuteStartMs(latest[1]) === 60_000) latest[1] = minute;
    else ranges.push([minute, minute]);
  }
  return { minutes: minutes.length, ranges, hours: [...new Set(minutes.map(hourKeyOf))] };
}
