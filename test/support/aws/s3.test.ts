import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { virtualClock } from '../virtual-clock.ts';
import { network, type Network } from './network.ts';
import { simulatedS3 } from './s3.ts';

const Bucket = 'things';

function start(): {
  readonly net: Network;
  readonly send: <T>(command: object) => Promise<T>;
  readonly put: (body: string, condition?: { IfMatch?: string; IfNoneMatch?: string }) => Promise<{ ETag: string }>;
  readonly text: () => Promise<string>;
} {
  const clock = virtualClock();
  const net = network(clock, seededRandom(1));
  const client = simulatedS3(net).clientOf({ name: 'test', isAlive: true });
  const send = <T>(command: object): Promise<T> => clock.run(client.send(command as never) as Promise<T>);
  return {
    net,
    send,
    put: (Body, condition) => send(new PutObjectCommand({ Bucket, Key: 'k', Body, ...condition })),
    text: async () => {
      const { Body } = await send<{ Body: { transformToByteArray(): Promise<Uint8Array> } }>(
        new GetObjectCommand({ Bucket, Key: 'k' }),
      );
      return Buffer.from(await Body.transformToByteArray()).toString('utf8');
    },
  };
}

test('an object is listed with the whole second in which it was put', async () => {
  const { put, send, net } = start();
  await net.clock.runUntil(5_999);
  await put('first');

  const { Contents } = await send<{ Contents: { LastModified: Date }[] }>(new ListObjectsV2Command({ Bucket }));

  expect(net.clock.now()).toBeGreaterThan(5_999);
  expect(Contents.map(({ LastModified }) => LastModified.getTime() % 1_000)).toEqual([0]);
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test('an object that must be new is refused if there is one', async () => {
  const { put, text } = start();
  await put('first', { IfNoneMatch: '*' });

  await expect(put('second', { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    $metadata: { httpStatusCode: 412 },
  });

  expect(await text()).toBe('first');
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test('an object that must be as it was read is refused if it has changed', async () => {
  const { put, text } = start();
  const { ETag } = await put('first');
  await put('second', { IfMatch: ETag });

  await expect(put('third', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });

  expect(await text()).toBe('second');
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test('an object that must be as it was read is refused if there is none', async () => {
  await expect(start().put('first', { IfMatch: '"x"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 409 when another write is under way
test('a conditional write may meet another one, and is then to be sent again', async () => {
  const { put, net } = start();
  net.rates = { ...net.rates, partial: 1 };

  await expect(put('first', { IfNoneMatch: '*' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
test('an object that is not there is an error of its own', async () => {
  await expect(start().text()).rejects.toMatchObject({ name: 'NoSuchKey' });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html: in UTF-8 binary order, in pages
test('a listing comes in pages, in the order of the bytes of the keys', async () => {
  const { send } = start();
  const keys = [...Array.from({ length: 50 }, (_, i) => `a/${String(i).padStart(3, '0')}`), 'a/ﬁ', 'a/😀'];
  for (const Key of [...keys.toReversed(), 'b/1']) await send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const found: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const page: { Contents: { Key: string }[]; NextContinuationToken?: string } = await send(
      new ListObjectsV2Command({ Bucket, Prefix: 'a/', ContinuationToken }),
    );
    found.push(...page.Contents.map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
    pages += 1;
  } while (ContinuationToken !== undefined);

  expect(found).toEqual(keys);
  expect(pages).toBeGreaterThan(1);
});
