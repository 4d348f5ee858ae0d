import type { Source } from '../../core/sources.ts';
import type { ArrivalRange } from '../../storage/lake/originals.ts';
import type { ReplaySummary } from './replay.ts';
import { changedWindows, inOrder, type ReplayTally, type SourceTally } from './tally.ts';

const MAX_RANGES = 12;

export interface ReportOptions {
  readonly isDry: boolean;
  readonly arrived: ArrivalRange;
  /** The only network that was asked for. @default - all */
  readonly source?: Source | undefined;
  /** For how many days originals are kept, where that is known. */
  readonly keptDays?: number | undefined;
  readonly nowMs: number;
}

/** How a replay ended, for a person. */
export function replayLines(summary: ReplaySummary, options: ReportOptions): string[] {
  const { objects, tally, isComplete } = summary;
  const stopped = isComplete ? [] : ['Stopped before the end: run it again; what was sent already changes nothing.'];
  const sources = inOrder(tally);
  // Of an object that it was stopped in, much may be sent by then.
  if (objects === 0 && sources.length === 0 && tally.bad.size === 0) return isComplete ? [nothing(options)] : stopped;
  return [
    `Records that came from ${hour(options.arrived.fromMs)} to ${hour(options.arrived.toMs)}, in ${objects === 0 ? 'a part of an object' : counted(objects, 'object')}${goneBefore(options)}:`,
    ...sources.map(([source, counts]) => `${source}: ${sourceLine(counts, options.isDry)}`),
    ...(sources.length === 0 ? ['no event of those asked for'] : []),
    ...badLines(tally, options),
    ...(options.isDry ? [changes(summary), 'Nothing was sent. To send them: the same with --to-stream.'] : []),
    ...stopped,
  ];
}

function sourceLine({ events, present, missing, tooLate, sent }: SourceTally, isDry: boolean): string {
  const late = tooLate === 0 ? '' : `, ${tooLate} too late for every window (only lake and search take them)`;
  if (!isDry) return `${counted(events, 'event')}, ${sent} sent again${late}`;
  return `${counted(events, 'event')}, ${present} in the live tables, ${missing} missing there${late}`;
}

/** Records lie behind one another without line ends, so what is no event cannot always be told from its neighbour. */
function badLines({ bad }: ReplayTally, { source }: ReportOptions): string[] {
  if (bad.size === 0) return [];
  const whose = source === undefined ? '' : ` They are of all networks, not of ${source} alone.`;
  return [
    ...[...bad].map(
      ([reason, { records, example }]) =>
        `${reason}: ${counted(records, 'piece')} that ${records === 1 ? 'is' : 'are'} no event, not sent  ${example}`,
    ),
    `Such records without line ends between them run together into one piece; npm run redrive -- --dry-run has them one by one.${whose}`,
  ];
}

/** At most: a missing row changes nothing where a later observation of its post is there, which is not looked for. */
function changes({ tally }: ReplaySummary): string {
  const { minutes, ranges, hours } = changedWindows(tally);
  if (minutes === 0) return 'No window would change.';
  const shown = ranges.slice(0, MAX_RANGES).map(([first, last]) => (first === last ? first : `${first} to ${last}`));
  const more = ranges.length > shown.length ? `, and ${ranges.length - shown.length} stretches more` : '';
  return `Would change at most: ${counted(minutes, 'minute')} (${shown.join(', ')}${more}), ${counted(hours.length, 'hour')} (${hours.join(', ')}).`;
}

function nothing({ arrived: { fromMs, toMs }, keptDays, nowMs }: ReportOptions): string {
  if (keptDays !== undefined && toMs <= startOfKept(keptDays, nowMs))
    return `The originals of that time are gone: they are kept for ${keptDays} days (setting lakeOriginalDays).`;
  if (fromMs > nowMs) return 'That time is yet to come.';
  return `No record came from ${hour(fromMs)} to ${hour(toMs)}, or none is kept any more; what came in the last minutes is on its way to the lake.`;
}

function goneBefore({ arrived: { fromMs, toMs }, keptDays, nowMs }: ReportOptions): string {
  if (keptDays === undefined || fromMs >= startOfKept(keptDays, nowMs) || toMs <= startOfKept(keptDays, nowMs))
    return '';
  return ` (of before ${hour(startOfKept(keptDays, nowMs))} they are gone: they are kept for ${keptDays} days)`;
}

function startOfKept(keptDays: number, nowMs: number): number {
  return nowMs - keptDays * 86_400_000;
}

function hour(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The same for a machine: one JSON object. */
export function replayJson(
  { objects, tally, isComplete }: ReplaySummary,
  { isDry, arrived }: Pick<ReportOptions, 'isDry' | 'arrived'>,
): string {
  const { minutes, ranges, hours } = changedWindows(tally);
  return JSON.stringify({
    dry_run: isDry,
    complete: isComplete,
    from: new Date(arrived.fromMs).toISOString(),
    to: new Date(arrived.toMs).toISOString(),
    objects,
    sources: Object.fromEntries(
      inOrder(tally).map(([source, { events, present, missing, tooLate, sent }]) => [
        source,
        { events, too_late: tooLate, ...(isDry ? { present, missing } : { sent }) },
      ]),
    ),
    bad: Object.fromEntries([...tally.bad].map(([reason, { records }]) => [reason, records])),
    ...(isDry && { would_change: { minutes, minute_ranges: ranges, hours } }),
  });
}
