import type { LakeRow } from '../../core/event-fields.ts';
import type { LakeValue } from '../../storage/lake/lake-answer.ts';

type Answer = readonly LakeValue[][];

const DAY_MS = 86_400_000;

/** What the named queries find in rows on a day, by plain loops. */
export const NAIVE_ANSWERS: Readonly<Record<string, (rows: readonly LakeRow[], today: string) => Answer>> = {
  'posts-per-topic-and-day': (rows, today) =>
    [
      ...Map.groupBy(
        spread(since(rows, today, 30), ({ tags = [] }) => tags),
        ({ row, item }) => `${dayOf(row)} ${item}`,
      ),
    ]
      .map(([key, said]): LakeValue[] => {
        const authors = said.flatMap(({ row }) =>
          row.author_id === undefined ? [] : [`${row.source}:${row.author_id}`],
        );
        return [key.slice(0, 10), key.slice(11), said.length, new Set(authors).size];
      })
      .toSorted(by([0, 'down'], [2, 'down'], [1, 'up'])),

  'sentiment-per-feature': (rows, today) =>
    [
      ...Map.groupBy(
        spread(since(rows, today, 30), ({ features = [] }) => features),
        ({ item }) => item.name,
      ),
    ]
      .map(([name, said]): LakeValue[] => {
        const labelled = (label: string): number => said.filter(({ item }) => item.label === label).length;
        const scores = said.flatMap(({ item }) => (item.score === undefined ? [] : [item.score]));
        const labels = ['positive', 'neutral', 'negative'].map(labelled);
        return [name, said.length, ...labels, scores.length === 0 ? null : mean(scores, 4)];
      })
      .toSorted(by([1, 'down'], [0, 'up'])),

  'top-authors': (rows, today) =>
    [...Map.groupBy(withAuthor(since(rows, today, 30)), ({ source, author_id }) => `${source} ${author_id}`)]
      .map(([, said]): LakeValue[] => {
        const latest = said.toSorted((a, b) => (a.event_key < b.event_key ? 1 : -1))[0];
        const lastSeen = said.toSorted((a, b) => ((a.observed_at ?? '') < (b.observed_at ?? '') ? 1 : -1))[0];
        const engagement = said.reduce((sum, row) => sum + (row.engagement ?? 0), 0);
        return [
          latest?.source ?? null,
          latest?.author_id ?? null,
          latest?.author_handle ?? null,
          said.length,
          said.every((row) => row.engagement === undefined) ? null : engagement,
          lastSeen?.author_followers ?? null,
        ];
      })
      .toSorted(by([4, 'down'], [3, 'down'], [0, 'up'], [1, 'up']))
      .slice(0, 50),

  'late-arrivals': (rows, today) =>
    [...Map.groupBy(firstArrivals(since(rows, today, 7)), (row) => `${dayOf(row)} ${row.source}`)]
      .map(([key, said]): LakeValue[] => {
        const seconds = said.map((row) =>
          Math.trunc((Date.parse(row.arrived_at ?? '') - Date.parse(row.created_at)) / 1_000),
        );
        const over = (limit: number): number => seconds.filter((value) => value > limit).length;
        const counts = [over(60), over(3_600), over(172_800)];
        return [key.slice(0, 10), key.slice(11), said.length, ...counts, mean(seconds, 1), Math.max(...seconds)];
      })
      .toSorted(by([0, 'down'], [1, 'up'])),
};

function since(rows: readonly LakeRow[], today: string, days: number): LakeRow[] {
  const first = new Date(Date.parse(today) - days * DAY_MS).toISOString().slice(0, 10);
  return rows.filter((row) => dayOf(row) >= first);
}

function dayOf({ created_at }: LakeRow): string {
  return created_at.slice(0, 10);
}

/** Each observation once, as it came first. */
function firstArrivals(rows: readonly LakeRow[]): LakeRow[] {
  const first = new Map<string, LakeRow>();
  for (const row of rows) {
    const known = first.get(row.event_key)?.arrived_at ?? '9';
    if ((row.arrived_at ?? '') < known) first.set(row.event_key, row);
  }
  return [...first.values()];
}

function withAuthor(rows: readonly LakeRow[]): LakeRow[] {
  return rows.filter(({ author_id }) => author_id !== undefined);
}

function spread<T>(rows: readonly LakeRow[], items: (row: LakeRow) => readonly T[]): { row: LakeRow; item: T }[] {
  return rows.flatMap((row) => items(row).map((item) => ({ row, item })));
}

function mean(values: readonly number[], digits: number): number {
  const sum = values.reduce((total, value) => total + Math.round(value * 10_000), 0);
  return Number((sum / values.length / 10_000).toFixed(digits));
}

/** Rows by columns, the first that differs; what is unknown is last. */
function by(...order: readonly (readonly [number, 'up' | 'down'])[]) {
  return (a: readonly LakeValue[], b: readonly LakeValue[]): number => {
    for (const [column, direction] of order) {
      const [left = null, right = null] = [a[column], b[column]];
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right === (direction === 'up') ? -1 : 1;
    }
    return 0;
  };
}
