import type { ReasonTally, RedriveSummary } from './redrive.ts';

const MAX_DETAIL = 120;

export interface ReportOptions {
  readonly isDry: boolean;
  /** Whether only a part was asked for, by time or by reason. */
  readonly isNarrowed: boolean;
  /** Whether every object is named, with all that is wrong with it. */
  readonly isWhole: boolean;
  /** The bucket that all keys are of. */
  readonly bucketName: string;
}

/** How a redrive ended, for a person; at least one line. */
export function redriveLines(summary: RedriveSummary, options: ReportOptions): string[] {
  const { isDry, isNarrowed, isWhole, bucketName } = options;
  const { reasons, unreadable, untaken, isComplete } = summary;
  const end = [
    ...(untaken === undefined ? [] : [notFindable(untaken)]),
    ...(isComplete ? [] : ['Stopped before the end: run it again for the rest.']),
  ];
  if (reasons.length === 0 && unreadable.length === 0) return isComplete ? [nothing(isNarrowed)] : end;
  const lines = [`In the bucket ${bucketName}:`, ...reasons.flatMap((tally) => reasonLines(tally, options))];
  if (unreadable.length > 0)
    lines.push(
      `Neither a rejected record nor a batch: ${counted(unreadable.length, 'object')}, left: ${(isWhole ? unreadable : unreadable.slice(0, 1)).join(', ')}`,
    );
  return [...lines, closing(reasons, isDry), ...end];
}

function notFindable({ objects, problem }: NonNullable<RedriveSummary['untaken']>): string {
  return `The search index did not take ${counted(objects, 'object')}, left to be sent again (${problem}): run it again when it does, or with --stream-only to do without.`;
}

function nothing(isNarrowed: boolean): string {
  return isNarrowed
    ? 'Nothing waits of what --since and --reason ask for; without them all that waits is meant.'
    : 'Nothing waits: no record is rejected or given up.';
}

function reasonLines(
  { reason, records, objects, tooLate, sent, examples }: ReasonTally,
  { isDry, isWhole }: ReportOptions,
): string[] {
  const where = objects === records ? '' : ` in ${counted(objects, 'object')}`;
  const done = isDry ? '' : `, ${sent} sent again`;
  const late = tooLate > 0 ? `; ${tooLate} too late to change a table` : '';
  return [
    `${reason}: ${counted(records, 'record')}${where}${done}${late}`,
    ...examples.map(({ key, detail, preview }) =>
      [`  ${key}`, isWhole ? detail : shortened(detail), ...(preview === undefined ? [] : [preview])].join('  '),
    ),
    ...(objects > examples.length ? [`  and ${objects - examples.length} more: --all names them`] : []),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function shortened(text: string): string {
  return text.length <= MAX_DETAIL ? text : `${text.slice(0, MAX_DETAIL - 1)}…`;
}

function closing(reasons: RedriveSummary['reasons'], isDry: boolean): string {
  if (isDry) return 'Nothing was sent. Put the cause right, then run it without --dry-run.';
  const sent = reasons.reduce((sum, reason) => sum + reason.sent, 0);
  return `Sent again: ${counted(sent, 'record')}. What still cannot be processed is rejected and kept anew: look with --dry-run in a minute.`;
}

/** The same for a machine: one JSON object, with the objects that the summary names, but never content of them. */
export function redriveJson(
  { reasons, unreadable, untaken, isComplete }: RedriveSummary,
  { isDry, bucketName }: Pick<ReportOptions, 'isDry' | 'bucketName'>,
): string {
  return JSON.stringify({
    dry_run: isDry,
    complete: isComplete,
    bucket: bucketName,
    reasons: reasons.map(({ tooLate, examples: _, ...tally }) => ({ ...tally, too_late: tooLate })),
    kept: reasons.flatMap(({ reason, examples }) => examples.map(({ key, detail }) => ({ key, reason, detail }))),
    unreadable,
    ...(untaken !== undefined && { not_indexed: untaken }),
  });
}
