import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';

import type { LakeRow } from '../../core/event-fields.ts';
import { lakeRow } from '../../core/lake-row.ts';
import { lakeRowSettings } from '../../core/lake-settings.ts';
import { copyFolder } from '../../deployment/open-lake.ts';
import { readIngestion, readLake } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { s3Client } from '../../storage/aws-clients.ts';
import { eventKey } from '../../storage/event-key.ts';
import { randomEvents } from '../support/random-events.ts';
import { runScript } from '../support/run-script.ts';

const env = inject('environment');
const target = resolveTarget({}, env);
const { LakeSettings } = await readLake(target, 'trends');

// Days of long ago: nothing but these events is in them.
const events = randomEvents({
  seed: 11,
  count: 600,
  fromMs: Date.parse('2019-02-27T00:00:00.000Z'),
  toMs: Date.parse('2019-03-02T00:00:00.000Z'),
  name: 'lake',
});
const settings = lakeRowSettings(LakeSettings);
/** Each observation once, however often it was sent. */
const rows = [...new Map(events.map((event) => [eventKey(event), rowOf(event)])).values()];
const OF_TEST = "year = '2019' AND month IN ('02', '03')";
let folder: string;

function rowOf(event: (typeof events)[number]): LakeRow {
  return lakeRow(event, { eventKey: eventKey(event), arrivedAtMs: 0 }, settings);
}

async function query(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runScript(['commands/query.ts', ...args, '--json'], { env });
  if (code !== 0) throw new Error(stderr);
  return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout));
}

/** Each observation once, because raw holds what comes twice as often as it comes. */
const OBSERVATIONS = `SELECT event_key, arbitrary(id) AS id, arbitrary(source) AS source, arbitrary(kind) AS kind,
  arbitrary(day) AS day, arbitrary(score) AS score, arbitrary(tags) AS tags FROM raw WHERE ${OF_TEST} GROUP BY event_key`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groundswell-lake-path-'));
  const file = join(folder, 'events.jsonl');
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  await runScript(['producers/main.ts', 'file', '--file', file], { env });
  for (let found = 0; found < rows.length; await delay(250)) {
    const [row] = await query(`SELECT count(DISTINCT event_key) AS n FROM raw WHERE ${OF_TEST}`);
    found = z.object({ n: z.int() }).parse(row).n;
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(dirname(copyFolder(target.endpoint ?? '', 'trends')), { recursive: true });
});

describe('npm run query over what was sent', () => {
  test('finds each observation on its day, with the key that it has everywhere', async () => {
    const found = await query(`SELECT event_key, concat(year, '-', month, '-', day) AS created_on FROM raw
      WHERE ${OF_TEST} GROUP BY 1, 2 ORDER BY 1`);

    const expected = rows.map(({ event_key, created_at }) => ({ event_key, created_on: created_at.slice(0, 10) }));
    expect(found).toEqual(expected.toSorted((a, b) => (a.event_key < b.event_key ? -1 : 1)));
  });

  test('counts and adds up as plain loops do', async () => {
    const found = await query(`WITH observations AS (${OBSERVATIONS})
      SELECT source, kind, count(*) AS observations, sum(score) AS score FROM observations GROUP BY source, kind
      ORDER BY source, kind`);

    const groups = Map.groupBy(rows, ({ source, kind }) => `${source} ${kind}`);
    const expected = [...groups.values()].map((group) => ({
      source: group[0]?.source,
      kind: group[0]?.kind,
      observations: group.length,
      score:
        group[0]?.kind === 'delete'
          ? null
          : expect.closeTo(
              group.reduce((sum, { score = 0 }) => sum + score, 0),
              5,
            ),
    }));
    expect(found.length).toBeGreaterThan(5);
    expect(found).toEqual(expected.toSorted((a, b) => (`${a.source} ${a.kind}` < `${b.source} ${b.kind}` ? -1 : 1)));
  });

  test('unnests lists, and takes the latest observation of each post', async () => {
    const found = await query(`WITH observations AS (${OBSERVATIONS}), latest AS (
        SELECT id, max(event_key) AS event_key FROM observations GROUP BY id)
      SELECT topic, count(*) AS posts FROM latest JOIN observations USING (event_key)
      CROSS JOIN UNNEST(tags) AS tagged (topic) WHERE kind <> 'delete' GROUP BY topic ORDER BY topic`);

    const latest = new Map<string, LakeRow>();
    for (const row of rows) if (row.event_key > (latest.get(row.id)?.event_key ?? '')) latest.set(row.id, row);
    const topics = [...latest.values()].flatMap(({ tags = [] }) => tags);
    const expected = Map.groupBy(topics, (topic) => topic);
    expect(found).toEqual(
      [...expected]
        .map(([topic, all]) => ({ topic, posts: all.length }))
        .toSorted((a, b) => (a.topic < b.topic ? -1 : 1)),
    );
  });

  test('answers as CSV and as a table as well', async () => {
    const sql = `SELECT count(DISTINCT event_key) AS observations FROM raw WHERE ${OF_TEST}`;

    const csv = await runScript(['commands/query.ts', sql, '--csv'], { env });
    const table = await runScript(['commands/query.ts', sql], { env });

    expect(csv.stdout).toBe(`observations\r\n${rows.length}\n`);
    expect(table.stdout).toMatch(new RegExp(`^ {2}observations\n +${rows.length}\n$`));
  });

  test.each([
    ['SELECT nothing FROM raw', 1, /^Referenced column "nothing" not found.*\n$/],
    ['DROP TABLE raw', 1, /^DROP is not done here.*\n$/],
    ['', 2, /^Say what to ask/],
  ])('says what is wrong with %j', async (sql, code, sentence) => {
    const result = await runScript(['commands/query.ts', sql], { env });

    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(sentence) });
  });

  test('says where there is no lake', async () => {
    const { code, stderr } = await runScript(['commands/query.ts', 'SELECT 1', '--preset', 'nba'], { env });

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^Preset nba is not deployed .*\n$/) });
  });
});

test('rubbish on the stream is kept with its reason, and what lies around it comes into the lake', async () => {
  const config = clientConfig(target);
  const { StreamName, RejectedBucketName } = await readIngestion(target, 'trends');
  const { LakeBucketName } = await readLake(target, 'trends');
  const s3 = s3Client(config);
  const [first] = events.filter(({ id, kind }) => kind === 'post' && id.startsWith('twitter:'));
  const around = [1, 2].map((n) => ({ ...first, id: `twitter:lake-rubbish-${n}` }));
  const rubbish = [Buffer.from('{"v":1,'), new Uint8Array([0x22, 0xff, 0x22])];
  const payloads = [around[0], ...rubbish, around[1]].map((payload) =>
    payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
  );
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const { Records: put = [] } = await kinesis.send(
    new PutRecordsCommand({ StreamName, Records: payloads.map((Data) => ({ Data, PartitionKey: 'lake' })) }),
  );

  const ids = around.map(({ id }) => `'${id}'`).join(', ');
  for (let found = 0; found < around.length; await delay(250))
    found = (await query(`SELECT DISTINCT id FROM raw WHERE id IN (${ids})`)).length;

  const { Contents: rejected = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: RejectedBucketName, Prefix: 'rejected/' }),
  );
  const kept = await Promise.all(
    put.slice(1, -1).map(async ({ SequenceNumber }) => {
      const Key = rejected.find((object) => object.Key?.endsWith(`/${SequenceNumber}.json`))?.Key;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: RejectedBucketName, Key }));
      return JSON.parse((await Body?.transformToString()) ?? '') as unknown;
    }),
  );
  expect(kept).toMatchObject(
    ['not_json', 'not_utf8'].map((reason, i) => ({ reason, data: Buffer.from(rubbish[i] ?? '').toString('base64') })),
  );
  const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: LakeBucketName, Prefix: 'original-data/' }));
  expect(KeyCount).toBeGreaterThan(0);
});
