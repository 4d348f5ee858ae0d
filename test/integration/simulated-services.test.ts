import { randomUUID } from 'node:crypto';

import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, inject, test } from 'vitest';

import { clientConfig, resolveTarget } from '../../deployment/target.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import { documentClient, s3Client } from '../../storage/aws-clients.ts';
import { simulatedDynamo } from '../support/aws/dynamodb.ts';
import { network } from '../support/aws/network.ts';
import { simulatedS3 } from '../support/aws/s3.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const STEPS = 300;
const target = resolveTarget({}, inject('environment'));
const config = clientConfig(target);

test('the simulated DynamoDB answers as the server does, whatever it is asked', async () => {
  const TableName = `simulated-${randomUUID()}`;
  const real = documentClient(config);
  await real.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['p', 's'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'p', KeyType: 'HASH' },
        { AttributeName: 's', KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists({ client: real, maxWaitTime: 60 }, { TableName });
  const clock = virtualClock();
  const client = simulatedDynamo(network(clock, seededRandom(1)), {
    [TableName]: { partition: 'p', sort: 's' },
  }).clientOf({ name: 'test', isAlive: true });
  const random = seededRandom(4);
  try {
    for (let i = 0; i < STEPS; i++) {
      const input = drawTableCommand(random, TableName);
      const found = await answerOf(clock.run(client.send(input as never)), pagesOf);
      const expected = await answerOf(real.send(input as never), pagesOf);
      expect({ input: describe(input), answer: found }).toEqual({ input: describe(input), answer: expected });
    }
    const all = { TableName, KeyConditionExpression: 'p = :p', ConsistentRead: true };
    for (const p of PARTITIONS) {
      const ExpressionAttributeValues = { ':p': p };
      const items: unknown[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await clock.run(
          client.send(new QueryCommand({ ...all, ExpressionAttributeValues, ExclusiveStartKey })),
        );
        items.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      expect(items).toEqual((await real.send(new QueryCommand({ ...all, ExpressionAttributeValues }))).Items);
    }
  } finally {
    await real.send(new DeleteTableCommand({ TableName }));
  }
});

const PARTITIONS = ['a', 'b'] as const;
const SORTS = ['', '1', '10', '2', 'é', 'ｚ', '😀'] as const;
const CONDITIONS = [
  {},
  { ConditionExpression: 'attribute_not_exists(#n)' },
  { ConditionExpression: 'attribute_exists(#n) AND #n >= :n' },
  { ConditionExpression: '#n = :n' },
  { ConditionExpression: 'attribute_not_exists(#n) OR #n <= :n' },
] as const;

/** One of the commands of the stores, with their expressions. */
function drawTableCommand(random: Random, TableName: string): object {
  const key = { p: random.pick(PARTITIONS), s: random.pick(SORTS) };
  const condition = random.pick(CONDITIONS);
  const names = 'ConditionExpression' in condition ? { ExpressionAttributeNames: { '#n': 'n' } } : {};
  const values =
    'ConditionExpression' in condition && condition.ConditionExpression.includes(':n')
      ? { ExpressionAttributeValues: { ':n': random.below(4) } }
      : {};
  const conditional = { TableName, ...condition, ...names, ...values };
  return random.pick<() => object>([
    () => new PutCommand({ ...conditional, Item: { ...key, ...(random.chance(0.8) && { n: random.below(4) }) } }),
    () => new DeleteCommand({ ...conditional, Key: key }),
    () => new GetCommand({ TableName, Key: key, ConsistentRead: true }),
    () =>
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'ADD #n :one SET #first = if_not_exists(#first, :token), #last = :token',
        ExpressionAttributeNames: { '#n': 'n', '#first': 'first', '#last': 'last' },
        ExpressionAttributeValues: { ':one': 1, ':token': String(random.below(9)) },
      }),
    () =>
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'p = :p AND s BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':p': key.p, ':from': '1', ':to': random.pick(SORTS.slice(1)) },
        ScanIndexForward: random.chance(0.5),
        Limit: 1,
      }),
  ])();
}

test('the simulated S3 answers as the server does, whatever it is asked', async () => {
  const Bucket = `simulated-${randomUUID()}`;
  const real = s3Client(config);
  await real.send(new CreateBucketCommand({ Bucket }));
  const clock = virtualClock();
  const client = simulatedS3(network(clock, seededRandom(1))).clientOf({ name: 'test', isAlive: true });
  const random = seededRandom(5);
  const tags: string[] = ['"0123456789abcdef0123456789abcdef"'];
  try {
    for (let i = 0; i < STEPS; i++) {
      const input = drawObjectCommand(random, { Bucket, tags });
      const found = await answerOf(
        allPages((asked) => clock.run(client.send(asked as never)), input),
        objectOf,
      );
      const expected = await answerOf(
        allPages((asked) => real.send(asked as never), input),
        objectOf,
      );
      expect({ input: describe(input), answer: found }).toEqual({ input: describe(input), answer: expected });
      const { ETag } = (expected ?? {}) as { ETag?: string };
      if (ETag !== undefined) tags.push(ETag);
    }
  } finally {
    for (const Key of KEYS) await real.send(new DeleteObjectCommand({ Bucket, Key }));
    await real.send(new DeleteBucketCommand({ Bucket }));
  }
});

const KEYS = ['a/1', 'a/10', 'a/é', 'b'] as const;

function drawObjectCommand(random: Random, { Bucket, tags }: { Bucket: string; tags: readonly string[] }): object {
  const Key = random.pick(KEYS);
  const Body = String(random.below(3));
  return random.pick<() => object>([
    () => new PutObjectCommand({ Bucket, Key, Body }),
    () => new PutObjectCommand({ Bucket, Key, Body, Metadata: { 'some-name': Body } }),
    () => new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }),
    () => new PutObjectCommand({ Bucket, Key, Body, IfMatch: random.pick(tags) }),
    () => new GetObjectCommand({ Bucket, Key }),
    () => new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent(random.pick(KEYS))}` }),
    () => new DeleteObjectCommand({ Bucket, Key }),
    () => new ListObjectsV2Command({ Bucket, Prefix: random.pick(['', 'a/', 'a/1', 'c']) }),
  ])();
}

type ListPage = { readonly Contents?: readonly object[]; readonly NextContinuationToken?: string };

/** The answer; of a listing that comes in pages all of them as one. */
async function allPages(send: (command: object) => Promise<unknown>, command: object): Promise<unknown> {
  const answer = await send(command);
  if (!(command instanceof ListObjectsV2Command)) return answer;
  const { Contents = [], NextContinuationToken: ContinuationToken } = answer as ListPage;
  if (ContinuationToken === undefined) return answer;
  const rest = await allPages(send, new ListObjectsV2Command({ ...command.input, ContinuationToken }));
  return { Contents: [...Contents, ...((rest as ListPage).Contents ?? [])] };
}

/** What the caller learns: the part of the answer that stores look at, or the name of the error. */
async function answerOf(answer: Promise<unknown>, partOf: (answer: object) => unknown): Promise<unknown> {
  return answer.then(
    (found) => partOf(found as object),
    (error: unknown) => ({ error: (error as Error).name }),
  );
}

function pagesOf({ $metadata: _, ...answer }: { $metadata?: unknown; Item?: unknown; Items?: unknown[] }): unknown {
  return { Item: answer.Item, Items: answer.Items };
}

async function objectOf(answer: object): Promise<unknown> {
  const { ETag, Body, Contents, Metadata } = answer as {
    ETag?: string;
    Metadata?: Readonly<Record<string, string>>;
    Body?: { transformToByteArray(): Promise<Uint8Array> };
    Contents?: { Key?: string }[];
  };
  const text = Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray()).toString('utf8');
  return { ETag, text, name: Metadata?.['some-name'], keys: Contents?.map(({ Key }) => Key) };
}

function describe(command: object): string {
  const { input } = command as { input: object };
  return `${command.constructor.name} ${JSON.stringify(input)}`;
}
