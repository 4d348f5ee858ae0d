import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { AthenaClient } from '@aws-sdk/client-athena';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { LAKE_COLUMNS, LAKE_PARTITIONS } from '../../core/event-fields.ts';
import { LAKE_QUERIES } from '../../core/lake-queries.ts';
import { DUCKDB_SESSION, duckdbSql } from '../../core/sql/duckdb-dialect.ts';
import { readOnlyStatement, type ReadOnlyStatement } from '../../core/sql/read-only-statement.ts';
import { readLake } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { backOff } from '../../storage/backoff.ts';
import { queryAthena } from '../../storage/lake/athena.ts';
import type { LakeAnswer } from '../../storage/lake/lake-answer.ts';
import { openLakeDatabase } from '../../storage/lake/lake-database.ts';
import { lakeFolder, type LakeFolder } from '../support/lake-folder.ts';
import { randomRows } from '../support/lake-rows.ts';
import { trinoComplaints } from '../support/trino.ts';

// The emulator's Athena is DuckDB as well: this proves our client, its types and pages, and that both read the same of the
// same objects. What Trino itself takes is checked with its grammar.

const TODAY = '2026-11-21';
const NAME = `lake_of_athena_test_${Date.now()}`;
const BUCKET = NAME.replaceAll('_', '-');
const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet';
const LIMIT = 10_000;

const target = resolveTarget({}, inject('environment'));
const config = clientConfig(target);
const { WorkgroupName } = await readLake(target, 'trends');
const athena = new AthenaClient(config);
let folder: LakeFolder;

beforeAll(async () => {
  folder = await lakeFolder();
  const span = { fromMs: Date.parse('2026-10-15T00:00:00.000Z'), toMs: Date.parse(`${TODAY}T00:00:00.000Z`) };
  const rows = randomRows({ seed: 3, count: 1_200, ...span, name: 'athena' });
  await folder.putParquet('raw/', rows);
  await folder.putParquet('posts/', rows.slice(0, 900));
  await upload();
  await makeCatalog();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function upload(): Promise<void> {
  const s3 = s3Client(config);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
    const path = join(parentPath, name);
    const Key = path.slice(folder.path.length + 1);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: await readFile(path) }));
  }
}

async function makeCatalog(): Promise<void> {
  const glue = new GlueClient(config);
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: NAME } }));
  for (const Name of ['raw', 'posts'])
    await glue.send(
      new CreateTableCommand({
        DatabaseName: NAME,
        TableInput: {
          Name,
          TableType: 'EXTERNAL_TABLE',
          PartitionKeys: LAKE_PARTITIONS.map((partition) => ({ Name: partition, Type: 'string' })),
          Parameters: { classification: 'parquet' },
          StorageDescriptor: {
            Location: `s3://${BUCKET}/${Name}/`,
            Columns: LAKE_COLUMNS.map((column) => ({ Name: column.name, Type: column.type })),
            InputFormat: `${PARQUET}.MapredParquetInputFormat`,
            OutputFormat: `${PARQUET}.MapredParquetOutputFormat`,
            SerdeInfo: { SerializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe` },
          },
        },
      }),
    );
}

function statementOf(sql: string): ReadOnlyStatement {
  const statement = readOnlyStatement(sql);
  if (!statement.ok) throw new Error(statement.reason);
  return statement;
}

function askAthena(sql: string): Promise<LakeAnswer> {
  const place = { athena, database: NAME, workgroup: WorkgroupName, pause: backOff };
  return queryAthena(place, { ok: true, sql, isExplain: false }, { limit: LIMIT });
}

async function askCopy(sql: string): Promise<LakeAnswer> {
  using database = await openLakeDatabase(folder.path);
  return await database.query(statementOf(sql), LIMIT);
}

describe('DuckDB over the copy and the Athena of the emulator say the same', () => {
  test.each([
    'SELECT count(*) AS n FROM raw',
    'SELECT source, kind, count(*) AS n, sum(engagement) AS engagement FROM raw GROUP BY source, kind ORDER BY 1, 2',
    'SELECT id, event_key, created_at, text, truncated, metrics_likes, score FROM raw ORDER BY event_key, arrived_at',
    'SELECT year, month, day, count(*) AS n FROM posts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
    "SELECT count(*) AS n, round(avg(CAST(score AS double)), 2) AS mean FROM raw WHERE year = '2026' AND month = '11'",
    'SELECT tag, count(*) AS n FROM posts CROSS JOIN UNNEST(hashtags) AS t (tag) GROUP BY tag ORDER BY n DESC, tag',
    'SELECT id, row_number() OVER (PARTITION BY id ORDER BY event_key DESC) AS age FROM raw ORDER BY event_key, age',
    `SELECT a.source, count(DISTINCT b.id) AS n FROM raw AS a LEFT JOIN posts AS b ON a.event_key = b.event_key
       GROUP BY a.source ORDER BY a.source`,
    "SELECT lower(lang) AS lang, count(*) FILTER (WHERE kind = 'delete') AS deletes FROM raw GROUP BY 1 ORDER BY 1",
    'SELECT id FROM raw WHERE author_verified ORDER BY id',
  ])('of %s, which is in the grammar of Trino', async (sql) => {
    expect(trinoComplaints(sql)).toEqual([]);

    const found = await askAthena(sql);

    expect(found.rows).toEqual((await askCopy(sql)).rows);
  });

  test('of more rows than Athena gives at once', async () => {
    const sql = 'SELECT event_key FROM raw ORDER BY event_key';

    const { rows } = await askAthena(sql);

    expect(rows.length).toBeGreaterThan(1_000);
    expect(rows).toEqual((await askCopy(sql)).rows);
  });

  test.each(LAKE_QUERIES.map(({ name, sql }) => [name, sql.replaceAll('current_date', `DATE '${TODAY}'`)] as const))(
    'of the named query %s, with the functions of Athena that the emulator lacks',
    async (_, sql) => {
      const functions = DUCKDB_SESSION.map((statement) => statement.replace('CREATE MACRO', 'CREATE TEMP MACRO'));

      const found = await askAthena([...functions, duckdbSql(sql)].join(';\n'));

      expect(found.rows.length).toBeGreaterThan(3);
      expect(found.rows).toEqual((await askCopy(sql)).rows);
    },
  );
});

test('a query that fails is told of in a sentence', async () => {
  await expect(askAthena('SELECT nothing FROM raw')).rejects.toThrow(/^Athena has failed\. \(Athena: .*nothing/);
});
