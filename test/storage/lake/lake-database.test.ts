import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { LAKE_COLUMNS } from '../../../core/event-fields.ts';
import { duckdbType } from '../../../core/lake-ddl.ts';
import { LAKE_QUERIES } from '../../../core/lake-queries.ts';
import { readOnlyStatement } from '../../../core/sql/read-only-statement.ts';
import { QueryError, type LakeAnswer } from '../../../storage/lake/lake-answer.ts';
import { openLakeDatabase } from '../../../storage/lake/lake-database.ts';
import { lakeFolder, type LakeFolder } from '../../support/lake-folder.ts';
import { makeRow, randomRows } from '../../support/lake-rows.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';
import { NAIVE_ANSWERS } from '../../support/naive-answers.ts';

const TODAY = '2026-11-21';

async function ask(folder: LakeFolder, sql: string, limit = 1_000): Promise<LakeAnswer> {
  const statement = readOnlyStatement(sql);
  if (!statement.ok) throw new Error(statement.reason);
  using database = await openLakeDatabase(folder.path);
  return await database.query(statement, limit);
}

async function rowsOf(folder: LakeFolder, sql: string): Promise<LakeAnswer['rows']> {
  const { rows } = await ask(folder, sql);
  return rows;
}

describe('the tables of a copy of the lake', () => {
  test('are empty without files, with the columns of the lake and its partitions as texts', async () => {
    await using folder = await lakeFolder();
    const columns = [
      ...LAKE_COLUMNS.map(({ name, type }) => [name, duckdbType(type)]),
      ...['year', 'month', 'day'].map((name) => [name, 'VARCHAR']),
    ];

    for (const table of ['raw', 'posts']) {
      const { rows } = await ask(folder, `DESCRIBE ${table}`);
      expect(
        rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell.replaceAll('"', '') : cell))),
      ).toEqual(columns);
      expect(await rowsOf(folder, `SELECT count(*) FROM ${table}`)).toEqual([[0]]);
    }
  });

  test('hold JSON and Parquet, and say the same of both', async () => {
    await using folder = await lakeFolder();
    const post = makeRow(
      makePost({
        text: 'The camera is great\nbut "dear"',
        lang: 'en',
        tags: ['a', 'b'],
        metrics: { likes: 3, replies: 1 },
        annotations: [{ domain: '60 Athlete', entity: '1 LeBron' }],
        place: { name: 'Here', lat: 51.5, lon: -0.12 },
        author: { id: 'a', followers: 9_007_199_254_740_991, verified: false },
        raw: { any: ['thing'] },
      }),
    );
    const rows = [post, makeRow(makeDelete())];
    await folder.putJson(rows);
    await folder.putParquet('posts/', rows);

    const columns = LAKE_COLUMNS.map(({ name }) => name).join(', ');
    const fromJson = await rowsOf(folder, `SELECT ${columns} FROM raw ORDER BY event_key`);

    expect(fromJson).toEqual(await rowsOf(folder, `SELECT ${columns} FROM posts ORDER BY event_key`));
    const found = LAKE_COLUMNS.map(({ name }, i) => [name, fromJson[0]?.[i]] as const);
    expect(Object.fromEntries(found.filter(([, value]) => value !== null))).toEqual(post);
  });

  test('know the days of their folders', async () => {
    await using folder = await lakeFolder();
    await folder.putJson(
      ['2026-01-02', '2026-11-20'].map((day) => makeRow(makePost({ created_at: `${day}T00:00:00.000Z` }))),
    );

    expect(await rowsOf(folder, "SELECT year, month, day FROM raw WHERE month = '01'")).toEqual([['2026', '01', '02']]);
  });

  test('read files that were written before a column was there, or after one was added', async () => {
    await using folder = await lakeFolder();
    await folder.putParquet('posts/', [makeRow()], ['id', 'event_key', 'created_at']);
    await folder.put('posts/year=2026/month=11/day=21/x.json', '{"id": "twitter:2", "of_tomorrow": 1}\n');

    expect(await rowsOf(folder, 'SELECT id, source, tags FROM posts ORDER BY id')).toEqual([
      ['twitter:1', null, null],
      ['twitter:2', null, null],
    ]);
  });

  test('leave out hidden files, as Athena does', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);
    await folder.put('raw/year=2026/month=11/day=20/_SUCCESS', 'no row');
    await folder.put('raw/year=2026/month=11/day=20/.part.json.gz', 'no row');

    expect(await rowsOf(folder, 'SELECT count(*) FROM raw')).toEqual([[1]]);
  });
});

describe('an answer', () => {
  test('holds no more rows than asked for, and says so', async () => {
    await using folder = await lakeFolder();
    const sql = 'SELECT x FROM unnest(sequence(1, 5000)) AS t (x)';

    expect(await ask(folder, sql, 2)).toMatchObject({ rows: [[1], [2]], isCut: true });
    expect(await ask(folder, sql, 5_000)).toMatchObject({ isCut: false });
    expect((await ask(folder, sql, 5_000)).rows).toHaveLength(5_000);
  });

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
  ])('to %s is what Athena says of it', async (expression, value) => {
    await using folder = await lakeFolder();

    expect(await rowsOf(folder, `SELECT ${expression}`)).toEqual([[value]]);
  });

  test.each(LAKE_QUERIES.map(({ name, sql }) => [name, sql] as const))(
    'to %s is what plain loops find',
    async (name, sql) => {
      await using folder = await lakeFolder();
      const fromMs = Date.parse('2026-10-10T00:00:00.000Z');
      const rows = randomRows({ seed: 7, count: 1_500, fromMs, toMs: Date.parse(`${TODAY}T00:00:00.000Z`), name: 'q' });
      await folder.putJson(rows);
      await folder.putParquet('posts/', rows);

      const found = await rowsOf(folder, sql.replaceAll('current_date', `DATE '${TODAY}'`));

      expect(found.length).toBeGreaterThan(3);
      expect(found).toEqual(NAIVE_ANSWERS[name]?.(rows, TODAY));
    },
  );
});

test('late arrivals count an observation once, as it came first, however often it comes again', async () => {
  await using folder = await lakeFolder();
  const post = makePost({ created_at: `${TODAY}T00:00:00.000Z` });
  await folder.putJson([makeRow(post, 3 * 86_400_000), makeRow(post), makeRow(post, 90_000)]);
  const { sql = '' } = LAKE_QUERIES.find(({ name }) => name === 'late-arrivals') ?? {};

  const found = await rowsOf(folder, sql.replaceAll('current_date', `DATE '${TODAY}'`));

  expect(found).toEqual([[TODAY, post.source, 1, 0, 0, 0, 6, 6]]);
});

describe('what is wrong with a query', () => {
  test.each([
    ['SELECT nothing FROM posts', /"nothing" not found.*\(line 1, at `nothing FROM posts`\): .*DESCRIBE posts/],
    ['SELECT *\nFROM no_table', /no_table does not exist.*\(line 2, at `no_table`\): there are raw and posts/],
    ['SELECT FROM WHERE', /syntax error at or near "WHERE" \(line 1/],
    ["SELECT CAST('x' AS bigint)", /Could not convert string/],
    ["SELECT format('%d', 3)", /^format is not translated for DuckDB: use concat/],
    ["SELECT date_format(DATE '2026-01-05', '%U')", /^date_format is not translated for DuckDB with such a format: %U/],
    ["SELECT date_format(DATE '2026-01-05', '%Y %q')", /%q/],
  ])('%s is said in a sentence', async (sql, sentence) => {
    await using folder = await lakeFolder();

    const asked = ask(folder, sql);

    await expect(asked).rejects.toThrow(QueryError);
    await expect(asked).rejects.toThrow(sentence);
    await expect(asked).rejects.toThrow(/^[^\n]*\.$/);
  });
});

describe('SQL over a copy of the lake', () => {
  test.each([
    "SELECT * FROM read_csv('FILE')",
    "SELECT * FROM read_text('FILE')",
    "SELECT * FROM 'FILE'",
    "SELECT * FROM read_json('FILE')",
    "SELECT * FROM glob('/*')",
    "SELECT $$'$$; COPY (SELECT 1) TO 'FILE' --'",
    "SELECT E'\\''; COPY (SELECT 1) TO 'FILE' --'",
    "SELECT E'\\''; ATTACH 'FILE' --'",
    "SELECT E'\\''; SET enable_external_access = true --'",
  ])('%s neither reads nor writes a file that is not part of it', async (sql) => {
    await using folder = await lakeFolder();
    await using other = await lakeFolder();
    const file = join(other.path, 'secret.csv');
    await writeFile(file, 'secret\n');

    await expect(ask(folder, sql.replace('FILE', file))).rejects.toThrow(QueryError);
    expect(await readFile(file, 'utf8')).toBe('secret\n');
  });

  test("cannot write into the lake's own folder either", async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);
    const sql = `SELECT E'\\''; COPY (SELECT 1) TO '${folder.path}/raw/x.csv' --'`;

    await expect(ask(folder, sql)).rejects.toThrow('The lake is only read');
    expect(await rowsOf(folder, 'SELECT count(*) FROM raw')).toEqual([[1]]);
  });
});
