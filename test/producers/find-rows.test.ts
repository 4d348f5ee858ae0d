import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';

import { SOURCES, type Source } from '../../core/sources.ts';
import { findRowsIn, type FindRows } from '../../producers/await-live.ts';

const KEYS = [
  { key_datetime: '2026-11-20T17:38#0', event_key: 'a' },
  { key_datetime: '2026-11-20T17:38#0', event_key: 'b' },
];
const TABLES = Object.fromEntries(SOURCES.map((source) => [source, `table-${source}`])) as Record<Source, string>;

/** A real client whose requests are answered here. */
function answering(answer: () => object): { find: FindRows; inputs: unknown[] } {
  const inputs: unknown[] = [];
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
  documents.middlewareStack.add(
    () => async (args) => {
      inputs.push(args.input);
      return Promise.resolve({ output: { $metadata: {}, ...answer() }, response: undefined });
    },
    { step: 'initialize' },
  );
  return { find: findRowsIn(documents, TABLES), inputs };
}

test('keys are read consistently, and those left unprocessed are not found', async () => {
  const { find, inputs } = answering(() => ({
    Responses: { 'table-reddit': [KEYS[1]] },
    UnprocessedKeys: { 'table-reddit': { Keys: [KEYS[0]] } },
  }));

  expect(await find('reddit', KEYS)).toEqual([KEYS[1]]);
  expect(inputs).toMatchObject([{ RequestItems: { 'table-reddit': { Keys: KEYS, ConsistentRead: true } } }]);
});

function failing(name: string, $fault: 'client' | 'server'): FindRows {
  return answering(() => {
    throw new DynamoDBServiceException({ name, $fault, $metadata: {} });
  }).find;
}

test.each([
  ['ProvisionedThroughputExceededException', 'client'],
  ['ThrottlingException', 'client'],
  ['InternalServerError', 'server'],
] as const)('a table that is too busy (%s) has not shown its rows yet', async (name, fault) => {
  expect(await failing(name, fault)('reddit', KEYS)).toEqual([]);
});

test('a table that may not be read is no matter of waiting', async () => {
  await expect(failing('AccessDeniedException', 'client')('reddit', KEYS)).rejects.toThrow(DynamoDBServiceException);
});
