import type { RedriveSummary } from './redrive.ts';

/** How a redrive ended, for a person; `[]` is never returned. */
export function redriveLines(
  { reasons, unreadable }: RedriveSummary,
  { isDry }: { readonly isDry: boolean },
): string[] {
  if (reasons.length === 0 && unreadable.length === 0) return ['Nothing waits: no record is rejected or given up.'];
  const lines = reasons.flatMap(({ reason, records, objects, tooLate, sent, examples }) => [
    `${reason}: ${records} records in ${objects} objects${isDry ? '' : `, ${sent} sent again`}${tooLate > 0 ? `; ${tooLate} are too late to change a table` : ''}`,
    ...examples.map(({ key, detail }) => `  ${key}  ${detail}`),
    ...(objects > examples.length ? [`  and ${objects - examples.length} more`] : []),
  ]);
  if (unreadable.length > 0)
    lines.push(`${unreadable.length} objects are neither a rejected record nor a batch, and stay: ${unreadable[0]}`);
  lines.push(closing(reasons, isDry));
  return lines;
}

function closing(reasons: RedriveSummary['reasons'], isDry: boolean): string {
  if (isDry) return 'Nothing was sent. Put the cause right, then run it without --dry-run.';
  const sent = reasons.reduce((sum, reason) => sum + reason.sent, 0);
  return `${sent} records were sent again. What still cannot be processed is rejected and kept anew: look with --dry-run in a minute.`;
}

/** The same for a machine: one JSON object. */
export function redriveJson({ reasons, unreadable }: RedriveSummary, { isDry }: { readonly isDry: boolean }): string {
  return JSON.stringify({
    dry_run: isDry,
    reasons: reasons.map(({ tooLate, ...tally }) => ({ ...tally, too_late: tooLate })),
    unreadable,
  });
}
