import { setTimeout as delay } from 'node:timers/promises';

import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, inject, test } from 'vitest';

import { readIngestion, readTrends } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { findRowsIn } from '../../producers/await-live.ts';
import { documentClient, s3Client } from '../../storage/aws-clients.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import { keepRejectedIn } from '../../storage/rejected-store.ts';
import { failureObject } from '../support/aws/kinesis-event.ts';
import { makePost } from '../support/make-event.ts';
import { runScript } from '../support/run-script.ts';

const env = inject('environment');
const target = resolveTarget({}, env);
const config = clientConfig(target);
const s3 = s3Client(config);
const { RejectedBucketName: bucketName } = await readIngestion(target, 'trends');
const { LiveTableNames } = await readTrends(target, 'trends');

const nowMs = Date.now();
const nowIso = new Date(nowMs - 60_000).toISOString();
const posts = [1, 2, 3].map((n) => makePost({ id: `twitter:redrive-${n}`, created_at: nowIso, observed_at: nowIso }));
const POISON = Buffer.from('{"v":1,"redrive":');
const BATCH_KEY = 'aws/lambda/mapping/shardId-000000000000/2026/11/20/batch';

async function keysUnder(Prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix }));
  return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
}

/** Asks again until there is an answer; the test's time limit ends it. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(50);
  }
}

test('npm run redrive sends again what was rejected and given up, moves it away, and finds nothing twice', async () => {
  const keep = keepRejectedIn({ s3, bucketName });
  const kept = { detail: 'v is not 1', shardId: 'shardId-redrive', partitionKey: '00', arrivedAtMs: nowMs };
  const reason = 'unsupported_version';
  await keep({ ...kept, reason, sequenceNumber: '1', data: Buffer.from(JSON.stringify(posts[0])) });
  await keep({ ...kept, reason, sequenceNumber: '2', data: POISON });
  const records = posts
    .slice(1)
    .map((post, i) => ({ ...kept, sequenceNumber: String(i), data: Buffer.from(JSON.stringify(post)) }));
  const batch = failureObject({ condition: 'RetryAttemptsExhausted', records, attempts: 50 }, nowMs);
  await s3.send(new PutObjectCommand({ Bucket: bucketName, Key: BATCH_KEY, Body: JSON.stringify(batch) }));

  const dry = await runScript(['producers/redrive/main.ts', '--dry-run', '--since', '1h'], { env });
  expect(dry.code).toBe(0);
  expect(dry.stdout).toMatch(/^given_up: 2 records in 1 object$/m);
  expect(dry.stdout).toContain(`${BATCH_KEY}  RetryAttemptsExhausted`);
  expect(dry.stdout).toContain(`In the bucket ${bucketName}:`);

  // What is piped has names, never content, however much is asked for.
  const all = await runScript(['producers/redrive/main.ts', '--dry-run', '--all', '--since', '1h'], { env });
  expect(all.stdout).toContain('v is not 1');
  expect(all.stdout).not.toContain('"redrive":');

  const run = await runScript(['producers/redrive/main.ts', '--json'], { env });
  expect(run.code).toBe(0);
  const { reasons } = JSON.parse(run.stdout) as { reasons: { reason: string; sent: number; records: number }[] };
  expect(reasons.every(({ sent, records: count }) => sent === count)).toBe(true);

  const findRows = findRowsIn(documentClient(config), LiveTableNames);
  const keys = posts.map((post) => liveRowKey(post, 1));
  await eventually(async () => ((await findRows('twitter', keys)).length === keys.length ? true : undefined));
  expect(await keysUnder(BATCH_KEY)).toEqual([]);
  expect(await keysUnder(`redriven/${BATCH_KEY}`)).toHaveLength(1);
  expect((await keysUnder('rejected/')).filter((key) => key.includes('shardId-redrive'))).toEqual([]);

  // What still is no event is kept anew, under its new place in the stream.
  await eventually(async () => ((await keysUnder('rejected/')).length > 0 ? true : undefined));
});
