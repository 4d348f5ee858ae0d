import { expect, test } from 'vitest';

import { fail, numbered, START_MS, startSource, textOf } from './started-source.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching
test('the records of a shard come in the order of their sequence numbers, a batch at a time', async () => {
  const source = startSource({ batchSize: 3 });
  await source.put(numbered(8));

  expect(await source.batches()).toEqual([
    ['0', '1', '2'],
    ['3', '4', '5'],
    ['6', '7'],
  ]);
  expect(source.mapping.isDrained()).toBe(true);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching
test('the function runs when the batching window is over, though the batch is not full', async () => {
  const source = startSource({ maximumBatchingWindowInSeconds: 30 });
  await source.put(['a']);
  await source.clock.runUntil(START_MS + 20_000);
  await source.put(['b']);

  expect(await source.batches()).toEqual([['a', 'b']]);
  expect(source.invocations[0]?.atSecond).toBe(31);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching
test('the function runs before the window is over when the batch is full', async () => {
  const source = startSource({ maximumBatchingWindowInSeconds: 300, batchSize: 2 });
  await source.put(['a', 'b', 'c']);

  expect(await source.batches()).toEqual([['a', 'b'], ['c']]);
  expect(source.invocations.map(({ atSecond }) => atSecond)).toEqual([1, 302]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for a synchronous invocation
test('the function runs before the batch would be larger than 6 MB', async () => {
  const source = startSource({ maximumBatchingWindowInSeconds: 300 });
  await source.put(numbered(6).map((text) => text.repeat(1_000_000)));

  expect((await source.batches()).map((texts) => texts.map((text) => text[0]))).toEqual([
    ['0', '1', '2', '3'],
    ['4', '5'],
  ]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html: one invocation for each shard at a time
test('a batch that fails holds up its shard, and no other one', async () => {
  const source = startSource({ shards: 2, respond: (texts) => texts.includes('bad') && fail() });
  await source.put(['bad'], { shard: 0 });
  await source.clock.runUntil(START_MS + 5_000);
  await source.put(['behind'], { shard: 0 });
  await source.put(['good'], { shard: 1 });
  const batches = await source.batches();

  expect(batches.flat()).not.toContain('behind');
  expect(batches).toContainEqual(['good']);
  expect(source.mapping.isDrained()).toBe(false);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html: ParallelizationFactor, in order by partition key
test('several batches of a shard run at once, each partition key in only one of them and in order', async () => {
  const source = startSource({ parallelizationFactor: 4, batchSize: 1 });
  const keys = numbered(8).map((n) => `key ${n}`);
  for (const round of [0, 1, 2])
    for (const partitionKey of keys) await source.put([`${partitionKey} ${round}`], { partitionKey });
  const seen = (await source.batches()).flat();

  for (const key of keys)
    expect(seen.filter((text) => text.startsWith(key))).toEqual([0, 1, 2].map((n) => `${key} ${n}`));
  const bySecond = Map.groupBy(source.invocations, ({ atSecond }) => atSecond);
  expect(Math.max(...[...bySecond.values()].map(({ length }) => length))).toBeGreaterThan(1);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html: ParallelizationFactor, in order by partition key
test('records of one partition key run in one batch at a time whatever the factor', async () => {
  const source = startSource({ parallelizationFactor: 10, batchSize: 1 });
  await source.put(numbered(5));
  await source.batches();

  expect(new Set(source.invocations.map(({ atSecond }) => atSecond)).size).toBe(5);
});

// https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
test('the shards of a split begin when the shard that was split has been read to its end', async () => {
  const source = startSource({ respond: (texts, n) => texts.includes('before') && n < 20 && fail() });
  await source.put(['before']);
  const [parent] = source.stream.shards;
  if (parent !== undefined) source.stream.split(parent);
  await source.put(['left'], { shard: 1 });
  await source.put(['right'], { shard: 2 });
  const batches = await source.batches();

  expect(batches.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ['before']));
  expect(batches.slice(20).flat().toSorted()).toEqual(['left', 'right']);
});

// https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
test('the shard of a merge begins when both that were merged have been read to their ends', async () => {
  const source = startSource({ shards: 2, respond: (texts, n) => texts.includes('slow') && n < 20 && fail() });
  await source.put(['fast'], { shard: 0 });
  await source.put(['slow'], { shard: 1 });
  const [a, b] = source.stream.shards;
  if (a !== undefined && b !== undefined) source.stream.merge(a, b);
  await source.put(['after'], { shard: 2 });
  const seen = (await source.batches()).flat();

  expect(seen.indexOf('after')).toBe(seen.length - 1);
  expect(seen).toContain('fast');
});

// https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
test('what a closed shard holds stays in it, and new records go to its children', async () => {
  const source = startSource();
  await source.put(['a']);
  const [parent] = source.stream.shards;
  if (parent !== undefined) source.stream.split(parent);
  await source.put(['b']);

  expect(source.stream.shards[0]?.records.map(textOf)).toEqual(['a']);
  expect(source.stream.shards.slice(1).flatMap(({ records }) => records.map(textOf))).toEqual(['b']);
  expect((await source.batches()).flat()).toEqual(['a', 'b']);
});
