import { NumberValue, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';

import { windowRowReader } from '../../storage/window-row-reader.ts';

const TABLES = { minute: 'per_minute', '5-minute': 'per_5_minute', hour: 'per_hour' } as const;
const RANGE = {
  window: 'hour',
  keyword: 'cats',
  category: 'all',
  fromKey: '2026-11-20T15:00',
  toKey: '2026-11-20T17:00',
} as const;

function item(key_datetime: string, score: string) {
  const [rank, mentions] = ['1', '2'].map((digits) => NumberValue.from(digits));
  return { key_word: 'cats', key_datetime, category: 'all', rank, mentions, score: NumberValue.from(score) };
}

/** A document client that answers with pages, and remembers what it was asked. */
function client(pages: readonly object[]) {
  const sent: QueryCommand[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof QueryCommand) sent.push(command);
    return pages[sent.length - 1];
  };
  return { documents: { send } as DynamoDBDocumentClient, sent };
}

test('rows are read page by page, their scores exact beyond what a double holds', async () => {
  const { documents, sent } = client([
    { Items: [item('2026-11-20T15:00', '9007199254740993.000001')], LastEvaluatedKey: { key_word: 'cats' } },
    { Items: [item('2026-11-20T17:00', '-0.5')] },
  ]);

  const rows = await windowRowReader({ documents, tableNames: TABLES })(RANGE);

  expect(rows).toEqual([
    { keyDatetime: '2026-11-20T15:00', rank: 1, mentions: 2, score: 9_007_199_254_740_993_000_001n },
    { keyDatetime: '2026-11-20T17:00', rank: 1, mentions: 2, score: -500_000n },
  ]);
  expect(sent.map(({ input }) => [input.TableName, input.ExclusiveStartKey])).toEqual([
    ['per_hour', undefined],
    ['per_hour', { key_word: 'cats' }],
  ]);
});

test('rows of other categories and those that fell out, which have none, are not asked for', async () => {
  const { documents, sent } = client([{}]);

  expect(await windowRowReader({ documents, tableNames: TABLES })(RANGE)).toEqual([]);
  expect(sent[0]?.input).toMatchObject({
    FilterExpression: '#category = :category',
    ExpressionAttributeValues: {
      ':category': 'all',
      ':from': '2026-11-20T15:00#all',
      ':to': '2026-11-20T17:00#all',
    },
  });
});
