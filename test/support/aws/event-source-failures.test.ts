import type { KinesisStreamEvent } from 'aws-lambda';
import { expect, test } from 'vitest';

import { InvocationThrottled } from './event-source-mapping.ts';
import { fail, givenUpTexts, numbered, START_MS, startSource } from './started-source.ts';

/** Names records of the batch as failed, by their texts. */
function failuresOf({ Records }: KinesisStreamEvent, texts: readonly string[]): object {
  const failed = Records.filter(({ kinesis }) => texts.includes(Buffer.from(kinesis.data, 'base64').toString('utf8')));
  return { batchItemFailures: failed.map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })) };
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: MaximumRetryAttempts
test('a batch that fails is tried again as often as the retries allow, then given up whole', async () => {
  const source = startSource({
    maximumRetryAttempts: 2,
    batchSize: 2,
    respond: (texts) => texts.includes('0') && fail(),
  });
  await source.put(numbered(4));

  expect(await source.batches()).toEqual([
    ['0', '1'],
    ['0', '1'],
    ['0', '1'],
    ['2', '3'],
  ]);
  expect(source.givenUp).toMatchObject([{ condition: 'RetryAttemptsExhausted', attempts: 3 }]);
  expect(givenUpTexts(source)).toEqual([['0', '1']]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: MaximumRetryAttempts, -1
test('without a limit a batch is tried until it goes', async () => {
  const source = startSource({ respond: (_, n) => n < 50 && fail() });
  await source.put(['a']);

  expect(await source.batches()).toHaveLength(50);
  expect(source.givenUp).toEqual([]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html: before invocation
test('an invocation that is throttled is no attempt', async () => {
  const throttle = (): never => {
    throw new InvocationThrottled();
  };
  const source = startSource({ maximumRetryAttempts: 0, respond: (_, n) => n < 5 && throttle() });
  await source.put(['a']);

  expect(await source.batches()).toHaveLength(5);
  expect(source.givenUp).toEqual([]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html: BisectBatchOnFunctionError
test('a batch that fails is split, and splitting does not consume the retries', async () => {
  const source = startSource({
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 1,
    respond: (texts) => texts.includes('2') && fail(),
  });
  await source.put(numbered(4));

  expect(await source.batches()).toEqual([['0', '1', '2', '3'], ['0', '1'], ['2', '3'], ['2'], ['2'], ['3']]);
  expect(givenUpTexts(source)).toEqual([['2']]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
test('of several failures that are reported, the lowest sequence number is where the batch begins again', async () => {
  const source = startSource({
    reportBatchItemFailures: true,
    bisectBatchOnFunctionError: true,
    respond: (_, n, event) => (n === 1 ? failuresOf(event, ['4', '2']) : undefined),
  });
  await source.put(numbered(6));

  expect(await source.batches()).toEqual([numbered(6), ['2', '3', '4', '5']]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
test('failures that are reported count for nothing unless the mapping asks for them', async () => {
  const source = startSource({ respond: (_, __, event) => failuresOf(event, ['1']) });
  await source.put(numbered(3));

  expect(await source.batches()).toEqual([numbered(3)]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html#streams-batchfailurereporting-conditions
test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty response', {}],
  ['no list', { batchItemFailures: null }],
  ['an empty list', { batchItemFailures: [] }],
])('%s is a complete success', async (_, response) => {
  const source = startSource({ reportBatchItemFailures: true, respond: () => response });
  await source.put(numbered(3));

  expect(await source.batches()).toEqual([numbered(3)]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html#streams-batchfailurereporting-conditions
test.each([
  ['an empty identifier', { itemIdentifier: '' }],
  ['no identifier', { itemIdentifier: null }],
  ['a wrong key', { sequenceNumber: '1' }],
  ['an identifier that is not of the batch', { itemIdentifier: '12345' }],
])('%s is a complete failure', async (_, failure) => {
  const source = startSource({
    reportBatchItemFailures: true,
    respond: (__, n) => (n === 1 ? { batchItemFailures: [failure] } : undefined),
  });
  await source.put(numbered(3));

  expect(await source.batches()).toEqual([numbered(3), numbered(3)]);
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: MaximumRecordAgeInSeconds
test('records that have become too old are given up, the younger ones of their batch are not', async () => {
  const source = startSource({
    maximumRecordAgeInSeconds: 60,
    maximumBatchingWindowInSeconds: 40,
    respond: (_, n) => n <= 30 && fail(),
  });
  await source.put(['old']);
  await source.clock.runUntil(START_MS + 35_000);
  await source.put(['young']);
  const batches = await source.batches();

  expect(givenUpTexts(source)).toEqual([['old']]);
  expect(source.givenUp[0]?.condition).toBe('RecordAgeExceeded');
  expect(batches.at(-1)).toEqual(['young']);
});
