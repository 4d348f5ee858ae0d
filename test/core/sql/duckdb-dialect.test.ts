import { describe, expect, test } from 'vitest';

import { duckdbSql } from '../../../core/sql/duckdb-dialect.ts';

describe('SQL of Athena for DuckDB', () => {
  test.each([
    [
      'SELECT f.name FROM posts CROSS JOIN UNNEST(features) AS f (name, label, score)',
      'SELECT f.name FROM posts CROSS JOIN (SELECT UNNEST(features, max_depth := 2)) AS f (name, label, score)',
    ],
    [
      'SELECT 1 FROM posts AS p, unnest ( p . "annotations" ) AS a (domain, entity)',
      'SELECT 1 FROM posts AS p, (SELECT unnest ( p . "annotations" , max_depth := 2)) AS a (domain, entity)',
    ],
    ["SELECT transform(tags, t -> t || '!') FROM posts", "SELECT list_transform(tags, t -> t || '!') FROM posts"],
    ['SELECT filter(tags, t -> true) FROM posts', 'SELECT list_filter(tags, t -> true) FROM posts'],
  ])('%s becomes %s', (athena, duckdb) => {
    expect(duckdbSql(athena)).toBe(duckdb);
  });

  test.each([
    'SELECT tag FROM posts CROSS JOIN UNNEST(tags) AS t (tag)',
    "SELECT count(*) FILTER (WHERE year = '2026') FROM posts",
    'SELECT \'unnest(features)\', "transform" FROM posts -- unnest(features)',
    'SELECT features, filter FROM posts',
    'SELECT unnest(',
  ])('%s stays as it is', (sql) => {
    expect(duckdbSql(sql)).toBe(sql);
  });
});
