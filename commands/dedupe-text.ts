import type { DedupeSummary } from '../storage/lake/dedupe-summary.ts';

/** What a run of the dedupe job did, for people; a line for each thing that there is to say. */
export function dedupeText(summary: DedupeSummary): string {
  const { totals, days, untouched, left_alone, missing, failed } = summary;
  if (isEmpty(summary))
    return 'raw/ is empty, so there is no day to make: send posts (npm start), then run this again.';
  const made = Object.values(days);
  const damaged = made.flatMap((day) => day.damaged);
  const lines = [
    made.length === 0
      ? `No day was made; ${untouched} untouched.`
      : `${count(made.length, 'day')} made, ${untouched} untouched: ${count(totals.posts, 'post')} of ${count(totals.rows, 'row')} (${totals.duplicates} older or repeated, ${totals.deletes} deleted).`,
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
  if (missing.length > 0) lines.push(`The lake has nothing of ${missing.join(', ')}: days are UTC.`);
  for (const [day, reason] of Object.entries(failed)) lines.push(`${day} failed: ${reason}`);
  return lines.join('\n');
}

/** Neither a day nor a name of one: nothing has come to the lake. */
function isEmpty({ days, untouched, left_alone, missing, failed }: DedupeSummary): boolean {
  const named = [...Object.keys(days), ...left_alone, ...missing, ...Object.keys(failed)];
  return untouched === 0 && named.length === 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
