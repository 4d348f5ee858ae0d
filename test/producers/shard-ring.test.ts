import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { KinesisClient as RealKinesisClient } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';

import { listShardsOf, shardRing } from '../../producers/shard-ring.ts';
import { makeShards } from './fake-stream.ts';

test('the turn begins with the first shard and comes back to it', async () => {
  const ring = await shardRing(() => Promise.resolve(makeShards(3)));

  expect(Array.from({ length: 7 }, () => ring.next())).toEqual(['0', '100', '200', '0', '100', '200', '0']);
});

test('a refresh replaces the shards and does not begin the turn anew', async () => {
  let shards = makeShards(2, 'old');
  const ring = await shardRing(() => Promise.resolve(shards));
  ring.next();

  shards = makeShards(2, 'new');
  await ring.refresh();

  expect([ring.knows('old-0'), ring.knows('new-1')]).toEqual([false, true]);
  expect(ring.next()).toBe('100');
});

test('a list that is empty for a moment leads to whatever shard takes hash key 0', async () => {
  const ring = await shardRing(() => Promise.resolve([]));

  expect(ring.next()).toBe('0');
});

/** A real client whose requests are answered here, page by page. */
function answering(pages: readonly object[]): { kinesis: KinesisClient; inputs: unknown[] } {
  const inputs: unknown[] = [];
  const kinesis = new RealKinesisClient({ region: 'us-east-1' });
  kinesis.middlewareStack.add(
    () => (args) => {
      const output = pages[inputs.push(args.input) - 1] ?? {};
      return Promise.resolve({ output: { $metadata: {}, ...output }, response: undefined });
    },
    { step: 'initialize' },
  );
  return { kinesis, inputs };
}

function shard(id: string, StartingHashKey: string, EndingSequenceNumber?: string) {
  return {
    ShardId: id,
    HashKeyRange: { StartingHashKey, EndingHashKey: '9' },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber },
  };
}

test('all pages are read, closed shards left out, and the rest is in order of id', async () => {
  const { kinesis, inputs } = answering([
    { Shards: [shard('shard-2', '200'), shard('shard-0', '0', '77')], NextToken: 'more' },
    { Shards: [shard('shard-1', '0')] },
  ]);

  const shards = await listShardsOf(kinesis, 'events')();

  expect(shards).toEqual([
    { id: 'shard-1', hashKey: '0' },
    { id: 'shard-2', hashKey: '200' },
  ]);
  // The service refuses a name or a filter beside a token.
  expect(inputs[1]).toEqual({ NextToken: 'more' });
});
