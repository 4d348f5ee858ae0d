import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';

import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { virtualClock, type VirtualClock } from '../virtual-clock.ts';
import { simulatedDynamo, type SimulatedDynamo } from './dynamodb.ts';
import { network, TimeoutError, type Network } from './network.ts';

const TABLE = 'things';

interface Setup {
  readonly clock: VirtualClock;
  readonly net: Network;
  readonly dynamo: SimulatedDynamo;
  /** Sends a command and waits for its answer. */
  readonly send: <T>(command: object) => Promise<T>;
}

function start(seed = 1): Setup {
  const clock = virtualClock(1_000_000);
  const net = network(clock, seededRandom(seed));
  const dynamo = simulatedDynamo(net, { [TABLE]: { partition: 'p', sort: 's' } });
  const client = dynamo.clientOf({ name: 'test', isAlive: true });
  return { clock, net, dynamo, send: (command) => clock.run<never>(client.send(command as never)) };
}

function item(s: string, rest: object = {}): { p: string; s: string } {
  return { p: 'a', s, ...rest };
}

const put = (s: string, rest: object = {}): PutCommand => new PutCommand({ TableName: TABLE, Item: item(s, rest) });

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-ExclusiveStartKey
test('a query comes in pages, each where the last one ended, in the order of the sort key', async () => {
  const { send } = start();
  const names = Array.from({ length: 40 }, (_, i) => String(i).padStart(2, '0'));
  for (const name of names.toReversed()) await send(put(name));
  for (const ScanIndexForward of [true, false]) {
    const pages: string[][] = [];
    let next: Record<string, unknown> | undefined;
    do {
      const page: { Items: { s: string }[]; LastEvaluatedKey?: Record<string, unknown> } = await send(
        new QueryCommand({
          TableName: TABLE,
          KeyConditionExpression: 'p = :p',
          ExpressionAttributeValues: { ':p': 'a' },
          ConsistentRead: true,
          ScanIndexForward,
          ExclusiveStartKey: next,
        }),
      );
      pages.push(page.Items.map(({ s }) => s));
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    expect(pages.flat()).toEqual(ScanIndexForward ? names : names.toReversed());
    expect(pages.length).toBeGreaterThan(1);
  }
});

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Limit
test('a page has no more items than the limit', async () => {
  const { send } = start();
  for (const name of ['1', '2', '3']) await send(put(name));
  const input = { TableName: TABLE, KeyConditionExpression: 'p = :p', ExpressionAttributeValues: { ':p': 'a' } };

  const page = await send<{ Items: object[] }>(new QueryCommand({ ...input, ConsistentRead: true, Limit: 1 }));

  expect(page.Items).toEqual([item('1')]);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
test('a read may be behind unless it asks to be consistent', async () => {
  const { send, clock } = start();
  const read = (ConsistentRead: boolean): Promise<{ Item?: object }> =>
    send(new GetCommand({ TableName: TABLE, Key: item('1'), ConsistentRead }));
  const seen = new Set<boolean>();
  for (let i = 0; i < 20; i++) {
    await send(new DeleteCommand({ TableName: TABLE, Key: item('1') }));
    await clock.runUntil(clock.now() + 2_000);
    await send(put('1'));
    expect((await read(true)).Item).toEqual(item('1'));
    seen.add((await read(false)).Item !== undefined);
  }
  await clock.runUntil(clock.now() + 2_000);

  expect(seen).toEqual(new Set([true, false]));
  expect((await read(false)).Item).toEqual(item('1'));
});

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html#DDB-BatchWriteItem-response-UnprocessedItems
test('of a batch some writes may be left over, and the answer names exactly those', async () => {
  const { send, dynamo, net } = start();
  net.rates = { ...net.rates, partial: 1 };
  const requests = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: item(String(i)) } }));

  const { UnprocessedItems } = await send<{ UnprocessedItems: Record<string, typeof requests> }>(
    new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }),
  );

  const left = (UnprocessedItems[TABLE] ?? []).map(({ PutRequest }) => PutRequest.Item.s);
  const written = dynamo.items(TABLE).map(({ s }) => s);
  expect(left.length).toBeGreaterThan(0);
  expect(written.length).toBeGreaterThan(0);
  expect([...left, ...written].toSorted()).toEqual(requests.map(({ PutRequest }) => PutRequest.Item.s).toSorted());
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
test.each([
  ['an empty batch', new BatchWriteCommand({ RequestItems: { [TABLE]: [] } })],
  [
    'a batch of more than 25',
    new BatchWriteCommand({
      RequestItems: { [TABLE]: Array.from({ length: 26 }, (_, i) => ({ PutRequest: { Item: item(String(i)) } })) },
    }),
  ],
  [
    'a batch with the same key twice',
    new BatchWriteCommand({
      RequestItems: { [TABLE]: ['1', '2', '1'].map((s, n) => ({ PutRequest: { Item: item(s, { n }) } })) },
    }),
  ],
  ['an empty key', put('')],
  ['a key that is absent', new PutCommand({ TableName: TABLE, Item: { p: 'a' } })],
  ['more than 400 kB', put('1', { text: 'x'.repeat(400 * 1_024) })],
])('%s is refused, with no effect', async (_, command) => {
  const { send, dynamo } = start();

  await expect(send(command)).rejects.toMatchObject({ name: 'ValidationException' });

  expect(dynamo.items(TABLE)).toEqual([]);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
test('a write whose condition is not met changes nothing and says so', async () => {
  const { send, dynamo } = start();
  await send(put('1', { revision: 2 }));
  const older = { ConditionExpression: 'revision < :r', ExpressionAttributeValues: { ':r': 2 } };
  const commands = [
    new PutCommand({ TableName: TABLE, Item: item('1', { revision: 1 }), ...older }),
    new DeleteCommand({ TableName: TABLE, Key: item('1'), ...older }),
    new UpdateCommand({ TableName: TABLE, Key: item('1'), UpdateExpression: 'SET revision = :r', ...older }),
    new PutCommand({ TableName: TABLE, Item: item('1'), ConditionExpression: 'attribute_not_exists(p)' }),
  ];
  for (const command of commands)
    await expect(send(command)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });

  expect(dynamo.items(TABLE)).toEqual([item('1', { revision: 2 })]);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
test('an update makes the item if there is none, adds to numbers and keeps what is there', async () => {
  const { send, dynamo } = start();
  const update = new UpdateCommand({
    TableName: TABLE,
    Key: item('1'),
    UpdateExpression: 'SET #first = if_not_exists(#first, :now), latest = :now ADD visits :one',
    ExpressionAttributeNames: { '#first': 'first' },
    ExpressionAttributeValues: { ':now': 5, ':one': 1 },
  });
  await send(update);
  update.input.ExpressionAttributeValues = { ':now': 6, ':one': 1 };
  await send(update);

  expect(dynamo.items(TABLE)).toEqual([item('1', { first: 5, latest: 6, visits: 2 })]);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
test('an item that has expired is there until it is removed at some time', async () => {
  const { send, dynamo, clock } = start();
  await send(put('1', { expires_at: Math.floor(clock.now() / 1_000) - 1 }));
  await send(put('2', { expires_at: Math.floor(clock.now() / 1_000) + 60 }));
  expect(dynamo.items(TABLE)).toHaveLength(2);
  for (let i = 0; i < 20; i++) dynamo.expire();

  expect(dynamo.items(TABLE).map(({ s }) => s)).toEqual(['2']);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
test('a call that is throttled has no effect', async () => {
  const { send, dynamo, net } = start();
  net.rates = { ...net.rates, throttled: 1 };

  const error = await send(put('1')).catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(DynamoDBServiceException);
  expect(error).toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  expect(dynamo.items(TABLE)).toEqual([]);
});

test.each([
  ['requestLost', []],
  ['answerLost', [item('1')]],
] as const)('a call that times out for %s has had its effect or not', async (fault, left) => {
  const { send, dynamo, net } = start();
  net.rates = { ...net.rates, [fault]: 1 };

  await expect(send(put('1'))).rejects.toBeInstanceOf(TimeoutError);

  expect(dynamo.items(TABLE)).toEqual(left);
});

test('what a process sent before it died takes effect, and it hears nothing any more', async () => {
  const { dynamo, net, clock } = start();
  const process = { name: 'dies', isAlive: true };
  net.rates = { ...net.rates, slow: 1 };
  let isAnswered = false;
  const answer = dynamo.clientOf(process).send(put('1'));
  void answer.then(() => (isAnswered = true));
  await clock.step();
  process.isAlive = false;
  await clock.runUntil(clock.now() + 600_000);

  expect(dynamo.items(TABLE)).toEqual([item('1')]);
  expect(isAnswered).toBe(false);
});
