import { describe, expect, test } from 'vitest';

import { namesOfTables } from '../../../core/sql/table-names.ts';

/** What of the tables of the lake is among the names. */
function tablesOf(sql: string): string[] {
  return [...namesOfTables(sql)].filter((name) => name === 'raw' || name === 'posts').toSorted();
}

describe('the tables of a statement', () => {
  test.each([
    ['SELECT raw FROM posts', ['posts']],
    ['SELECT id, raw, p.raw FROM posts p WHERE raw IS NOT NULL GROUP BY id, raw ORDER BY 1, raw', ['posts']],
    ["SELECT 'FROM raw' -- FROM raw\nFROM posts /* JOIN raw */", ['posts']],
    ['SELECT max(id, raw) FROM posts CROSS JOIN UNNEST(tags, raw) AS t (tag, raw)', ['posts']],
    ['SELECT 1', []],
    ['SELECT * FROM "RAW"', ['raw']],
    ['SELECT * FROM memory . main . raw', ['raw']],
    ['SELECT * FROM posts AS p, raw AS r', ['posts', 'raw']],
    ['SELECT * FROM posts p JOIN x ON p.id = x.id, raw', ['posts', 'raw']],
    ['SELECT * FROM posts JOIN raw USING (id, source)', ['posts', 'raw']],
    ['SELECT * FROM ((posts CROSS JOIN raw))', ['posts', 'raw']],
    ['SELECT * FROM (posts), (raw)', ['posts', 'raw']],
    ['SELECT * FROM UNNEST(ARRAY[1]) AS t (a), raw', ['raw']],
    ['WITH a AS (SELECT id, raw FROM posts), b AS (SELECT 1 FROM raw) SELECT * FROM a, b', ['posts', 'raw']],
    ['SELECT id, (SELECT count(*) FROM raw) FROM posts', ['posts', 'raw']],
    ['SELECT * FROM posts WHERE id IN (SELECT id FROM a UNION SELECT id FROM raw)', ['posts', 'raw']],
    ['DESCRIBE raw', ['raw']],
    ['SHOW COLUMNS FROM raw', ['raw']],
    ['EXPLAIN SELECT * FROM raw', ['raw']],
  ])('%s: %j', (sql, tables) => {
    expect(tablesOf(sql)).toEqual(tables);
  });
});
