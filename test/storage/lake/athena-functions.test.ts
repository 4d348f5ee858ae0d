import { describe, expect, test } from 'vitest';

import { QueryError } from '../../../storage/lake/lake-answer.ts';
import { ask, rowsOf } from '../../support/ask-lake.ts';
import { lakeFolder } from '../../support/lake-folder.ts';

describe("functions of Athena's in DuckDB", () => {
  test.each([
    ["from_iso8601_timestamp('2026-11-20T17:38:40.000Z') = TIMESTAMP '2026-11-20 17:38:40 UTC'", true],
    ["date_diff('second', TIMESTAMP '2026-01-01 10:00:00.900', TIMESTAMP '2026-01-01 10:00:01.100')", 0],
    ["date_add('day', -1, DATE '2026-01-01') = DATE '2025-12-31'", true],
    ["date_format(TIMESTAMP '2026-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')", '2026-01-02 03:04:05'],
    ["day_of_week(DATE '2026-11-22')", 7],
    ['to_unixtime(from_unixtime(1.5))', 1.5],
    ['cardinality(ARRAY[1, 2])', 2],
    ["concat('a', NULL)", null],
    ["concat('a', 'b', 'c')", 'abc'],
    ["element_at(ARRAY['a'], 2)", null],
    ["array_join(ARRAY['a', 'b'], '-')", 'a-b'],
    ["contains(ARRAY['a'], 'a')", true],
    ["regexp_like('abc', 'b')", true],
    [`json_extract_scalar('{"a": {"b": 1}}', '$.a.b')`, '1'],
    // What https://trino.io/docs/current/functions.html has as examples, and the words of it.
    [String.raw`regexp_replace('1a 2b 14m', '\d+[ab] ')`, '14m'],
    [String.raw`regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ')`, '3ca 3cb 14m'],
    [String.raw`regexp_replace('aXbX', 'X', '\$1-')`, 'a$1-b$1-'],
    ["regexp_replace(NULL, 'X', '-')", null],
    [String.raw`regexp_extract('1a 2b 14m', '\d+')`, '1'],
    [String.raw`regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2)`, 'a'],
    [String.raw`regexp_extract('abc', '\d+')`, null],
    ['greatest(1, NULL)', null],
    ['greatest(1, 3, 2)', 3],
    ["least('b', 'a', NULL, 'c')", null],
    ["least('b', 'a')", 'a'],
    [`json_extract_scalar('{"a": {"b": 1}}', '$.a')`, null],
    [`json_extract_scalar('{"a": [1]}', '$.a')`, null],
    [`json_extract_scalar('[1, 2, 3]', '$[2]')`, '3'],
    [`json_extract_scalar('{"a": true}', '$.a')`, 'true'],
    [`json_extract_scalar('{"a"', '$.a')`, null],
    ["substr('abc', 0)", ''],
    ["substr('abc', -2)", 'bc'],
    ["substr('abc', 2, 1)", 'b'],
    ["date_format(TIMESTAMP '2026-01-05 00:04:05.123456', '%a %b %c %d %e %f')", 'Mon Jan 1 05 5 123000'],
    ["date_format(TIMESTAMP '2026-01-05 15:04:05', '%H %h %I %i %j %k %l')", '15 03 03 04 005 15 3'],
    ["date_format(TIMESTAMP '2026-01-05 00:04:05', '%k %l %M %m %p %r')", '0 12 January 01 AM 12:04:05 AM'],
    [
      "date_format(TIMESTAMP '2026-01-01 00:04:05', '%S %s %T %v %W %x %Y %y')",
      '05 05 00:04:05 01 Thursday 2026 2026 26',
    ],
    ["date_format(DATE '2026-01-05', '%%M %M %%')", '%M January %'],
    ['7 / 2', 3],
    ['7 / 2.0', 3.5],
    ["try_cast('x' AS bigint)", null],
    ["substr(CAST(DATE '2026-11-20' - INTERVAL '7' DAY AS varchar), 1, 10)", '2026-11-13'],
    ['cardinality(transform(ARRAY[1, 2], x -> x + 1))', 2],
    ['element_at(filter(ARRAY[1, 2], x -> x > 1), 1)', 2],
    ['count_if(CAST(NULL AS boolean))', 0],
    ['approx_distinct(1)', 1],
    ['max_by(CAST(NULL AS varchar), 1)', null],
    ['9007199254740993', '9007199254740993'],
  ])('%s is what Athena says of it', async (expression, value) => {
    await using folder = await lakeFolder();

    expect(await rowsOf(folder, `SELECT ${expression}`)).toEqual([[value]]);
  });

  test.each([
    ["SELECT format('%d', 3)", /^format is not translated for DuckDB: use concat/],
    ["SELECT date_format(DATE '2026-01-05', '%U')", /^date_format is not translated for DuckDB with such a format: %U/],
    ["SELECT date_format(DATE '2026-01-05', '%Y %q')", /%q/],
  ])('%s is refused, because DuckDB would mean something else', async (sql, sentence) => {
    await using folder = await lakeFolder();

    const asked = ask(folder, sql);

    await expect(asked).rejects.toThrow(QueryError);
    await expect(asked).rejects.toThrow(sentence);
  });
});
