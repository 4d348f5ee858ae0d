import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LAKE_QUERIES } from '../../core/lake-queries.ts';
import { readOnlyStatement } from '../../core/sql/read-only-statement.ts';
import { trinoComplaints } from '../support/trino.ts';

const DAY_MS = 86_400_000;
const NAMED = LAKE_QUERIES.map((query) => [query.name, query] as const);

/** The values that a query compares a partition with, on a day. */
function valuesOf(sql: string, partition: string, todayMs: number): string[] {
  const [, list = ''] = new RegExp(`${partition} IN \\(\\n([\\s\\S]*?)\\n *\\)`).exec(sql) ?? [];
  const parts = list.matchAll(
    /substr\(CAST\(current_date(?: ([+-]) INTERVAL '(\d+)' DAY)? AS varchar\), (\d+), (\d+)\)/g,
  );
  return [...parts].map(([, sign, days = '0', start, length]) => {
    const date = new Date(todayMs + Number(`${sign ?? ''}${days}`) * DAY_MS).toISOString();
    return date.slice(Number(start) - 1, Number(start) - 1 + Number(length));
  });
}

describe('the named queries', () => {
  test('are those that the catalog promises', () => {
    expect(LAKE_QUERIES.map(({ name }) => name)).toEqual([
      'posts-per-topic-and-day',
      'sentiment-per-feature',
      'top-authors',
      'late-arrivals',
    ]);
  });

  test.each(NAMED)("%s is what Trino's grammar allows", (_, { sql }) => {
    expect(trinoComplaints(sql)).toEqual([]);
  });

  test("the grammar that they are checked with refuses what is DuckDB's alone", () => {
    expect(trinoComplaints('SELECT * EXCLUDE (raw) FROM posts')).not.toEqual([]);
    expect(trinoComplaints('SELECT list[1:2] FROM posts')).not.toEqual([]);
  });

  test.each(NAMED)('%s only reads', (_, { sql }) => {
    expect(readOnlyStatement(sql)).toMatchObject({ ok: true });
  });

  test.each(NAMED)(
    '%s compares year and month with constants that leave out no day of its window, nor tomorrow',
    (_, query) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 16_000 }), fc.integer({ min: -1, max: query.days }), (today, ago) => {
          const todayMs = Date.UTC(2006, 0, 31) + today * DAY_MS;
          const [year = '', month = ''] = new Date(todayMs - ago * DAY_MS).toISOString().split('-');

          expect(valuesOf(query.sql, 'year', todayMs)).toContain(year);
          expect(valuesOf(query.sql, 'month', todayMs)).toContain(month);
        }),
      );
    },
  );

  test.each(NAMED)('%s looks at tomorrow too, where that is in another month or year', (_, { sql }) => {
    expect(valuesOf(sql, 'month', Date.UTC(2026, 10, 30))).toContain('12');
    expect(valuesOf(sql, 'year', Date.UTC(2026, 11, 31))).toContain('2027');
    expect(valuesOf(sql, 'month', Date.UTC(2026, 11, 31))).toContain('01');
  });
});
