import * as z from 'zod';

import { LAKE_PREFIXES, dayOf, dayPartition } from './lake-layout.ts';

const CountsSchema = z.object({
  rows: z.int(),
  posts: z.int(),
  duplicates: z.int(),
  deletes: z.int(),
  corrupt_lines: z.int(),
  wrong_types: z.int(),
});

type Counts = z.infer<typeof CountsSchema>;

/** What a run of the dedupe job says at its end (jobs/spark/run_summary.py); days as in `2026-11-20`. */
export const DedupeSummarySchema = z.object({
  totals: CountsSchema,
  days: z.record(z.iso.date(), CountsSchema.extend({ damaged: z.array(z.string()) })),
  untouched: z.int(),
  left_alone: z.array(z.string()),
  missing: z.array(z.string()),
  failed: z.record(z.string(), z.string()),
});

export type DedupeSummary = z.infer<typeof DedupeSummarySchema>;

/** Whether somebody has to look at what a run says: a day failed or was left as it is, or an object breaks off. */
export function isTrouble({ days, left_alone, failed }: DedupeSummary): boolean {
  const isDamaged = Object.values(days).some(({ damaged }) => damaged.length > 0);
  return isDamaged || left_alone.length > 0 || Object.keys(failed).length > 0;
}

/** What a run and the one that went on after it did together: of the second what is left, of both what was made. */
export function bothAttempts(first: DedupeSummary, second: DedupeSummary): DedupeSummary {
  const days = { ...first.days, ...second.days };
  const onlyFirst = Object.keys(first.days).filter((day) => second.days[day] === undefined);
  const totals = mapCounts((name) => Object.values(days).reduce((sum, day) => sum + day[name], 0));
  return { ...second, days, totals, untouched: Math.max(0, second.untouched - onlyFirst.length) };
}

function mapCounts(count: (name: keyof Counts) => number): Counts {
  return CountsSchema.parse(
    Object.fromEntries(CountsSchema.keyof().options.map((name): [string, number] => [name, count(name)])),
  );
}

/** Where a run on AWS says what it did. */
export const LAST_RUN_KEY = `${LAKE_PREFIXES.dedupeState}last-run.json`;

/** The objects that a run has made, in an order in which a reader never finds a state whose posts are missing. */
export function objectsMade({ days }: DedupeSummary): string[] {
  const made = Object.entries(days).map(([day, counts]) => ({ partition: dayPartition(dayOf(day)), ...counts }));
  return made.flatMap(({ partition, corrupt_lines, damaged }) => [
    ...(corrupt_lines > 0 || damaged.length > 0
      ? [`${LAKE_PREFIXES.errors}${partition}error=dedupe/lines.json.gz`]
      : []),
    `${LAKE_PREFIXES.posts}${partition}posts.parquet`,
    `${LAKE_PREFIXES.dedupeState}${partition.slice(0, -1)}.json`,
  ]);
}
