import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { LAKE_COLUMNS } from '../../core/event-fields.ts';
import { duckdbType } from '../../core/lake-ddl.ts';
import { lakeRow } from '../../core/lake-row.ts';
import { readOnlyStatement } from '../../core/sql/read-only-statement.ts';
import { DedupeSummarySchema, type DedupeSummary } from '../../storage/lake/dedupe-summary.ts';
import type { LakeAnswer } from '../../storage/lake/lake-answer.ts';
import { openLakeDatabase } from '../../storage/lake/lake-database.ts';
import { REPO_ROOT } from '../../local/paths.ts';
import { readLocalSettings } from '../../local/settings.ts';
import { ensureSpark } from '../../local/spark/spark.ts';
import { synthApp, templateOf } from '../support/app.ts';
import type { StoredRecord } from '../support/aws/kinesis.ts';
import { InProcessFirehose, type FirehoseOptions } from '../support/firehose/firehose.ts';
import { firehoseOptions } from '../support/firehose/from-template.ts';
import { lakeDay } from '../support/lake-day.ts';
import { LAKE_ROW_SETTINGS, transformWorld } from '../support/transform-world.ts';
import { runProgram } from './run-program.ts';

/** Less than a day: by then a post that was seen in three days is within the 48 hours that are allowed. */
const LATER_MS = 12 * 3_600_000;

const settings = firehoseOptions(templateOf(synthApp(), 'Lake'));
const day = lakeDay({ seed: 7, events: 20_000, duplicates: 0.1, rubbish: 0.01 });
const world = transformWorld();
let folder: string;
let first: DedupeSummary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-day-'));
  await deliver(day.records, 7);
  first = await dedupe();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a day with 10 % duplicates and 1 % rubbish ends as exactly the latest observation of each of its posts', async () => {
  const expected = [...day.posts.values()].map(({ event, eventKey, arrivedAtMs }) =>
    lakeRow(event, { eventKey, arrivedAtMs }, LAKE_ROW_SETTINGS),
  );

  const { columns, rows: found } = await query(`SELECT ${NAMES} FROM posts`);

  const rows = found.map((values) =>
    withoutNulls(Object.fromEntries(columns.map(({ name }, i): [string, unknown] => [name, values[i]]))),
  );
  expect(byId(rows)).toEqual(byId(expected.map((row) => JSON.parse(JSON.stringify(row)) as Row)));
  expect(first.totals.posts).toBe(expected.length);
});

test('what was counted adds up, and every rubbish record was kept with its reason before it came to Spark', () => {
  const { rows, posts, duplicates, deletes, corrupt_lines, wrong_types } = first.totals;
  expect(rows).toBe(posts + duplicates + deletes);
  expect(duplicates).toBeGreaterThan(0.1 * 20_000);
  expect([corrupt_lines, wrong_types, first.failed, first.left_alone]).toEqual([0, 0, {}, []]);
  expect(world.rejected.records.size).toBe(day.rubbish.length);
});

test('DuckDB finds the columns of the lake with their types, and the days as texts', async () => {
  const { rows } = await query('DESCRIBE posts');

  const types = rows.map(([name, type]) => [name, plainType(type as string)]);
  const partitions = ['day', 'month', 'year'].map((name) => [name, 'VARCHAR']);
  expect(types.slice(0, LAKE_COLUMNS.length)).toEqual(
    LAKE_COLUMNS.map(({ name, type }) => [name, plainType(duckdbType(type))]),
  );
  expect(types.slice(LAKE_COLUMNS.length).toSorted()).toEqual(partitions);
});

test('posts lie in the day on which they were created', async () => {
  const wrong = "SELECT count(*) FROM posts WHERE substr(created_at, 1, 10) <> concat_ws('-', year, month, day)";

  expect((await query(wrong)).rows).toEqual([[0]]);
});

test('everything run again changes nothing', async () => {
  const before = await contents();

  const second = await dedupe();

  expect(second.days).toEqual({});
  expect(second.untouched).toBe(Object.keys(first.days).length);
  expect(await contents()).toEqual(before);
});

test('the whole day sent again half a day later gives the same posts in the same order, by another process', async () => {
  const before = await postsInOrder();
  const names = new Set(await readdir(join(folder, 'raw'), { recursive: true }));

  await deliver(
    day.records.map((record) => ({ ...record, arrivedAtMs: record.arrivedAtMs + LATER_MS })),
    8,
  );
  const again = await dedupe();

  const added = (await readdir(join(folder, 'raw'), { recursive: true })).filter((name) => !names.has(name));
  expect(added.length).toBeGreaterThan(0);
  expect(again.totals.rows).toBeGreaterThan(2 * first.totals.rows - 0.2 * first.totals.rows);
  expect(again.totals.posts).toBe(first.totals.posts);
  expect(await postsInOrder()).toEqual(before);
});

type Row = Readonly<Record<string, unknown>>;

const NAMES = LAKE_COLUMNS.map(({ name }) => name).join(', ');

async function dedupe(): Promise<DedupeSummary> {
  const { python, env } = await ensureSpark(readLocalSettings().cacheFolder);
  const args = ['jobs/spark/local_entry.py', '--lake', folder, '--columns', 'jobs/spark/columns.json'];
  return DedupeSummarySchema.parse(JSON.parse(await runProgram(python, args, { env, cwd: REPO_ROOT })));
}

/** Puts records into the lake as Firehose does, under names that the seed draws. */
async function deliver(records: readonly StoredRecord[], seed: number): Promise<void> {
  const transform: FirehoseOptions['transform'] = (event) => world.handle(event);
  const redelivery = { seed, rereads: 0.001, putTwice: 0.1 };
  const firehose = new InProcessFirehose({ ...settings, transform, redelivery });
  await firehose.deliver(records);
  for (const [key, bytes] of firehose.objects) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), bytes);
  }
}

/** As `npm run query` asks. */
async function query(sql: string): Promise<LakeAnswer> {
  const statement = readOnlyStatement(sql);
  if (!statement.ok) throw new Error(statement.reason);
  using database = await openLakeDatabase(folder);
  return await database.query(statement, day.records.length);
}

/** As they lie in their files. Their bytes may differ: Parquet's footer has sets in the order of the Java that wrote it. */
async function postsInOrder(): Promise<LakeAnswer['rows']> {
  const { rows } = await query(`SELECT year, month, day, ${NAMES} FROM posts`);
  return rows;
}

async function contents(): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'base64')] as const)));
}

/** What is absent in a row is null in its columns. */
function withoutNulls(value: unknown): Row {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (inner === null ? undefined : inner))) as Row;
}

function byId(rows: readonly Row[]): Map<unknown, Row> {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  return new Map(rows.map((row) => [row['id'], row]));
}

function plainType(type: string): string {
  return type.replaceAll('"', '').toUpperCase();
}
