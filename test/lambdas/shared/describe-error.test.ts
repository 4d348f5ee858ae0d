import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { describeError } from '../../../lambdas/shared/describe-error.ts';
import { RefusedRowError, TransientStoreError, UnreadableObjectError } from '../../../storage/errors.ts';

const SECRET = 'q7Kingfisher9';

/** What fails when something is done with a text. */
function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

/** Ways in which an error comes to quote a text. */
const QUOTING: [string, (text: string) => unknown][] = [
  ['an answer of AWS', (text) => awsError({ message: `Invalid value: ${text}` })],
  [
    'a field of an answer of AWS',
    (text) => Object.assign(awsError({ message: 'no' }), { Item: { text: { S: text } } }),
  ],
  ['the request id of an answer', (text) => awsError({ message: 'no', requestId: text })],
  ['the name of an error', (text) => withStack(Object.assign(new Error('no'), { name: `x ${text}` }))],
  ['the parser of JSON', (text) => thrownBy(() => JSON.parse(`{"a":"${text}" nonsense`) as unknown)],
  ['zod, in a key', (text) => thrownBy(() => z.strictObject({}).parse({ [text]: 1 }))],
  ['zod, in a path', (text) => thrownBy(() => z.record(z.string(), z.int()).parse({ [text]: 'x' }))],
  ['a refused row', (text) => new RefusedRowError(`the row of ${text}`)],
  ['the cause of one of ours', (text) => new TransientStoreError('ours', { cause: new Error(text) })],
  ['a message that was changed later', (text) => Object.assign(withStack(new Error(text)), { message: 'no' })],
  ['a message that was taken away', (text) => Object.assign(withStack(new Error(text)), { message: '' })],
  ['a message that was cut later', (text) => Object.assign(withStack(new Error(text)), { message: text.slice(0, 1) })],
  ['a thrown text', (text) => text],
  ['a thrown object', (text) => ({ message: text })],
];

/** Node writes a stack when it is looked at first: here before anything changes. */
function withStack(error: Error): Error {
  expect(error.stack).toBeDefined();
  return error;
}

function awsError({ message, requestId = 'ABC-1' }: { message: string; requestId?: string }): Error {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    message,
    $metadata: { httpStatusCode: 400, requestId },
  });
}

describe('the description of an error', () => {
  test.each(QUOTING)('leaves out what is quoted by %s', (_, make) => {
    const texts = fc.constantFrom(
      ` ${SECRET}`,
      `${SECRET}\n    at ${SECRET}.ts:1:1`,
      `\n    at f (file:///var/task/${SECRET}.mjs:1:1)\n`,
      `: ${SECRET}\n\n    at ${SECRET} (${SECRET}.js:2:3)`,
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(JSON.stringify(describeError(make(text)))).not.toContain(SECRET);
      }),
    );
  });

  test('has the code, the status and the request of an answer of AWS', () => {
    expect(describeError(awsError({ message: SECRET }))).toMatchObject({
      name: 'ValidationException',
      status: 400,
      request_id: 'ABC-1',
    });
  });

  test('says where an error was thrown, the innermost place first', () => {
    const [place] = describeError(new TypeError(`of two lines\n${SECRET}`)).at ?? [];

    expect(place).toMatch(/^describe-error\.test\.ts:\d+:\d+$/);
  });

  test.each([
    new TransientStoreError('DynamoDB left rows unprocessed after 8 attempts'),
    new UnreadableObjectError('summary twitter/2026-11-20T17:38 cannot be read'),
  ])('has the message of ours that name no content: $message', (error) => {
    expect(describeError(error)).toMatchObject({ name: error.name, message: error.message });
  });

  test('tells the causes, and an end of causes that go round', () => {
    const outer = new Error('outer', { cause: new RangeError('inner') });
    const round = new Error('round');
    round.cause = round;

    expect(describeError(outer)).toMatchObject({ name: 'Error', cause: { name: 'RangeError' } });
    expect(describeError(round)).toMatchObject({ cause: { cause: { cause: { name: 'Error' } } } });
  });
});
