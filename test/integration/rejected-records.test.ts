import { setTimeout as delay } from 'node:timers/promises';

import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect, inject, test } from 'vitest';
import * as z from 'zod';

import { readIngestion, readTrends } from '../../deployment/read-outputs.ts';
import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { documentClient, s3Client } from '../../storage/aws-clients.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import { findRowsIn } from '../../producers/await-live.ts';
import { makePost } from '../support/make-event.ts';

const target = resolveTarget({}, inject('environment'));
const config = clientConfig(target);
const { StreamName, RejectedBucketName } = await readIngestion(target, 'trends');
const { LiveTableNames } = await readTrends(target, 'trends');

const nowIso = new Date(Date.now() - 60_000).toISOString();
const good = [1, 2].map((n) => makePost({ id: `twitter:rejected-${n}`, created_at: nowIso, observed_at: nowIso }));
const BAD = [
  ['not_json', Buffer.from('{"v":1,')],
  ['not_utf8', new Uint8Array([0x22, 0xff, 0x22])],
  ['unsupported_version', Buffer.from(JSON.stringify({ ...good[0], v: 2 }))],
  ['invalid_event', Buffer.from(JSON.stringify({ ...good[0], metrics: { likes: -1 } }))],
  ['created_in_future', Buffer.from(JSON.stringify({ ...good[0], created_at: '9999-01-01T00:00:00.000Z' }))],
] as const;

const RejectedSchema = z.object({ reason: z.string(), data: z.string() });

/** Asks again until there is an answer; the test's time limit ends it. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(50);
  }
}

test('bad records on the real stream are kept whole with their reason, and the good ones around them are stored', async () => {
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const payloads = [good[0], ...BAD.map(([, data]) => data), good[1]];
  const Records = payloads.map((payload) => ({
    Data: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
    PartitionKey: 'e',
  }));

  const { Records: put = [] } = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));

  const keys = good.map((post) => liveRowKey(post, 1));
  const findRows = findRowsIn(documentClient(config), LiveTableNames);
  await eventually(async () => ((await findRows('twitter', keys)).length === keys.length ? true : undefined));
  const kept = await Promise.all(
    put.slice(1, -1).map(({ SequenceNumber = '' }) => eventually(() => readRejected(SequenceNumber))),
  );
  expect(kept).toEqual(BAD.map(([reason, data]) => ({ reason, data: Buffer.from(data).toString('base64') })));
});

async function readRejected(sequenceNumber: string): Promise<z.infer<typeof RejectedSchema> | undefined> {
  const s3 = s3Client(config);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: RejectedBucketName, Prefix: 'rejected/' }),
  );
  const key = Contents.find(({ Key }) => Key?.endsWith(`/${sequenceNumber}.json`) === true)?.Key;
  if (key === undefined) return undefined;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: RejectedBucketName, Key: key }));
  return RejectedSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
}
