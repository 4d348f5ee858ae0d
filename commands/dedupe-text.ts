import type { DedupeSummary } from '../storage/lake/dedupe-summary.ts';

/** What a run of the dedupe job did, for people; a line for each thing that there is to say. */
export function dedupeText({ totals, days, untouched, left_alone, missing, failed }: DedupeSummary): string {
  const made = Object.values(days);
  const damaged = made.flatMap((day) => day.damaged);
  const lines = [
    made.length === 0
      ? `No day was made; ${untouched} untouched.`
      : `${count(made.length, 'day')} made, ${untouched} untouched: ${totals.posts} posts of ${totals.rows} rows (${totals.duplicates} older or repeated, ${totals.deletes} deleted).`,
  ];
  if (totals.corrupt_lines > 0)
    lines.push(
      `${totals.corrupt_lines === 1 ? '1 line that is no row' : `${totals.corrupt_lines} lines that are no rows`}, kept under errors/…/error=dedupe/.`,
    );
  if (totals.wrong_types > 0)
    lines.push(`${count(totals.wrong_types, 'row')} with a value of a wrong type, which is null.`);
  if (damaged.length > 0) lines.push(`Read as far as they go: ${damaged.join(', ')}.`);
  if (left_alone.length > 0)
    lines.push(
      `Left as they are, because raw objects that they were made of are gone or broken: ${left_alone.join(', ')}; --day makes them anyway.`,
    );
  if (missing.length > 0) lines.push(`The lake has nothing of ${missing.join(', ')}.`);
  for (const [day, reason] of Object.entries(failed)) lines.push(`${day} failed: ${reason}`);
  return lines.join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
