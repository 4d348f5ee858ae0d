import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readOnlyStatement } from '../../../core/sql/read-only-statement.ts';
import { sqlTokens } from '../../../core/sql/sql-tokens.ts';

describe('a statement that only reads', () => {
  test.each([
    'SELECT 1',
    'select * from raw',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    '(SELECT 1) UNION (SELECT 2)',
    '-- what was said\nSELECT text FROM posts',
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE SELECT 1',
    'EXPLAIN (TYPE LOGICAL) SELECT 1',
    'DESCRIBE posts',
    'SHOW TABLES',
    "SELECT 'a; DROP TABLE posts' AS text",
    'SELECT "update", "copy" FROM posts',
    'SELECT insert, copy FROM posts -- DELETE FROM posts\nWHERE true',
    "SELECT id FROM raw WHERE kind IN ('delete') AND update > 1",
    "SELECT replace(text, 'a', 'b') FROM posts",
  ])('%s is taken', (sql) => {
    expect(readOnlyStatement(sql)).toMatchObject({ ok: true, sql });
  });

  test('loses the semicolon at its end, and what is behind it', () => {
    expect(readOnlyStatement(' SELECT 1 ; ; -- that is all')).toMatchObject({ ok: true, sql: 'SELECT 1' });
  });

  test('is an explanation where it begins so', () => {
    expect(readOnlyStatement('explain select 1')).toMatchObject({ isExplain: true });
    expect(readOnlyStatement('select 1 as explain')).toMatchObject({ isExplain: false });
  });
});

describe('any other statement', () => {
  test.each([
    'INSERT INTO raw VALUES (1)',
    'DELETE FROM posts',
    'DROP TABLE posts',
    "COPY (SELECT 1) TO 'file'",
    "ATTACH 'file'",
    'INSTALL httpfs',
    'SET threads = 1',
    'PRAGMA version',
    'CREATE TABLE a AS SELECT 1',
    "UNLOAD (SELECT 1) TO 's3://bucket/' WITH (format = 'JSON')",
    'EXPLAIN ANALYZE INSERT INTO raw SELECT * FROM posts',
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'file'",
    'EXPLAIN (TYPE LOGICAL) DELETE FROM posts',
    'EXPLAIN SHOW TABLES',
    'WITH a AS (SELECT 1) INSERT INTO raw SELECT * FROM a',
    'WITH a AS (SELECT 1) DELETE FROM posts WHERE id IN (SELECT * FROM a)',
    '/* SELECT */ DROP TABLE posts',
    'DO',
  ])('%s is refused', (sql) => {
    expect(readOnlyStatement(sql)).toMatchObject({ ok: false, reason: expect.stringContaining('only read') });
  });

  test.each(['SELECT 1; SELECT 2', "SELECT 'a'; DROP TABLE posts", 'SELECT 1; -- and\n DROP TABLE posts'])(
    '%s is more than one',
    (sql) => {
      expect(readOnlyStatement(sql)).toMatchObject({ ok: false, reason: 'Give one statement at a time' });
    },
  );

  test.each(['', '  ', ';', '-- nothing', '/* nothing'])('%j is nothing', (sql) => {
    expect(readOnlyStatement(sql)).toEqual({ ok: false, reason: 'There is no SQL in it' });
  });
});

test('the pieces of any text are that text', () => {
  const sql = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom("'", '"', '--', '/*', '*/', '\n')));

  fc.assert(
    fc.property(sql, (parts) => {
      const text = parts.join('');

      expect(
        sqlTokens(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
