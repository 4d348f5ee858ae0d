import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { LAKE_COLUMNS } from '../../../core/event-fields.ts';
import { duckdbType } from '../../../core/lake-ddl.ts';
import { LAKE_QUERIES } from '../../../core/lake-queries.ts';
import { QueryError } from '../../../storage/lake/lake-answer.ts';
import { lakeLine } from '../../../storage/lake/lake-record.ts';
import { ask, rowsOf } from '../../support/ask-lake.ts';
import { lakeFolder } from '../../support/lake-folder.ts';
import { makeRow, randomRows } from '../../support/lake-rows.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';
import { NAIVE_ANSWERS } from '../../support/naive-answers.ts';

const TODAY = '2026-11-21';

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

  test('say null for an empty list, and NOT contains() finds such posts by coalesce()', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([
      makeRow(makePost({ id: 'twitter:1', tags: [] })),
      makeRow(makePost({ id: 'twitter:2', tags: ['music'] })),
      makeRow(makePost({ id: 'twitter:3', tags: ['books'] })),
    ]);
    const where = (condition: string) => rowsOf(folder, `SELECT id FROM raw WHERE ${condition} ORDER BY id`);

    expect(await where('tags IS NULL')).toEqual([['twitter:1']]);
    expect(await where("NOT contains(tags, 'music')")).toEqual([['twitter:3']]);
    expect(await where("NOT contains(coalesce(tags, ARRAY[]), 'music')")).toEqual([['twitter:1'], ['twitter:3']]);
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

  test.each([
    ['Groundswell-1-2026-11-20-00-00-00-1a2b', false],
    ['rows.json', false],
    ['rows.txt', false],
    ['rows.gz', true],
    ['rows.json.gz', true],
  ])('take %s for lines of JSON; the end of its name says whether they are compressed', async (name, isCompressed) => {
    await using folder = await lakeFolder();
    const line = lakeLine(makeRow());
    await folder.put(`raw/year=2026/month=11/day=20/${name}`, isCompressed ? gzipSync(line) : line);

    expect(await ask(folder, 'SELECT id FROM raw')).toEqual(
      expect.objectContaining({ rows: [['twitter:1']], isCut: false }),
    );
  });

  test('leave out hidden files, as Athena does', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);
    await folder.put('raw/year=2026/month=11/day=20/_SUCCESS', 'no row');
    await folder.put('raw/year=2026/month=11/day=20/.part.json.gz', 'no row');

    expect(await rowsOf(folder, 'SELECT count(*) FROM raw')).toEqual([[1]]);
  });
});

describe('bad lines', () => {
  const DAY = 'raw/year=2026/month=11/day=20/';

  test('are left out and counted; a value of another type than its column is null', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);
    await folder.put(`${DAY}b.json`, '{"id": "twitter:2", "author_followers": "many"}\nno JSON\n\n{"id": "twitter:3"');

    const sql = 'SELECT id, author_followers FROM raw ORDER BY id';

    expect(await ask(folder, sql)).toMatchObject({
      rows: [
        ['twitter:1', null],
        ['twitter:2', null],
      ],
      badLines: 2,
    });
    expect(await ask(folder, 'SELECT count(*) FROM raw')).toMatchObject({ rows: [[2]], badLines: 2 });
  });

  test('are looked for only where there is one', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);

    expect(await ask(folder, 'SELECT id FROM raw')).not.toHaveProperty('badLines');
  });

  test('are not what is wrong with a query', async () => {
    await using folder = await lakeFolder();
    await folder.putJson([makeRow()]);
    await folder.put(`${DAY}b.json`, 'no JSON\n');

    await expect(ask(folder, "SELECT id, CAST('x' AS bigint) FROM raw")).rejects.toThrow('Could not convert string');
  });

  test('end an object that breaks off; the rows before that are there', async () => {
    await using folder = await lakeFolder();
    const rows = randomRows({ seed: 3, count: 400, fromMs: 1_795_132_800_000, toMs: 1_795_136_400_000, name: 'b' });
    const whole = gzipSync(rows.map(lakeLine).join(''));
    await folder.put(`${DAY}cut.gz`, whole.subarray(0, whole.length / 2));

    const { rows: found, badLines } = await ask(folder, 'SELECT event_key FROM raw');

    expect(found.length).toBeGreaterThan(100);
    expect(found.length).toBeLessThan(rows.length);
    expect(found).toEqual(rows.slice(0, found.length).map(({ event_key }) => [event_key]));
    expect(badLines).toBe(1);
  });

  test.each([
    ['raw', 'x.gz', 'no gzip'],
    ['posts', 'posts.parquet', 'no Parquet at all'],
  ])('of %s: an object %s that is something else is named, with what to do', async (table, name, body) => {
    await using folder = await lakeFolder();
    await folder.put(`${table}/year=2026/month=11/day=20/${name}`, body);

    const asked = ask(folder, `SELECT id FROM ${table}`);

    await expect(asked).rejects.toThrow(QueryError);
    await expect(asked).rejects.toThrow(new RegExp(`day=20/${name}.*take that object out of the bucket`));
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
    [
      'SELECT * FROM tweets',
      /^Table with name tweets does not exist \(line 1, at `tweets`\): there are raw and posts\.$/,
    ],
    ['SELECT FROM WHERE', /syntax error at or near "WHERE" \(line 1/],
    ["SELECT CAST('x' AS bigint)", /Could not convert string/],
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
