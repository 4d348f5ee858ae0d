import type { BatchGetCommandInput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';

import { SOURCES, type Source } from '../../core/sources.ts';
import { TransientStoreError } from '../../storage/errors.ts';
import { findLiveRowsIn } from '../../storage/find-live-rows.ts';
import type { LiveRowKey } from '../../storage/live-row.ts';

const tableNames = Object.fromEntries(SOURCES.map((source) => [source, `live-${source}`])) as Record<Source, string>;
const keyOf = (i: number): LiveRowKey => ({ key_datetime: '2026-11-20T17:38#0', event_key: `twitter:${i}#k` });
const keysTo = (count: number): LiveRowKey[] => Array.from({ length: count }, (_, i) => keyOf(i));

/** A table that has every second row, and answers only for the first of the keys that it is asked for. */
function table(answersAtMost: number) {
  const asked: number[] = [];
  const documents = {
    send: async ({ input }: { input: BatchGetCommandInput }) => {
      const requests = Object.entries(input.RequestItems ?? {});
      const [name, request] = requests[0] ?? ['', undefined];
      const keys = (request?.Keys ?? []) as LiveRowKey[];
      asked.push(keys.length);
      expect(new Set(keys.map(({ event_key }) => event_key)).size).toBe(keys.length);
      const rest = keys.slice(answersAtMost);
      return {
        Responses: { [name]: keys.slice(0, answersAtMost).filter(({ event_key }) => /[02468]#/.test(event_key)) },
        UnprocessedKeys: rest.length > 0 ? { [name]: { Keys: rest } } : {},
      };
    },
  } as unknown as DynamoDBDocumentClient;
  return { asked, find: findLiveRowsIn({ documents, tableNames, pause: async () => undefined }) };
}

test('rows are found by their keys, a hundred at a time, each asked for once', async () => {
  const { asked, find } = table(100);

  const found = await find('twitter', [...keysTo(250), ...keysTo(250)]);

  expect(asked).toEqual([100, 100, 50]);
  expect(found.size).toBe(125);
  expect([found.has('twitter:0#k'), found.has('twitter:1#k')]).toEqual([true, false]);
});

test('keys that the table did not get to are asked for again', async () => {
  const { asked, find } = table(30);

  expect((await find('twitter', keysTo(100))).size).toBe(50);
  expect(asked).toEqual([100, 70, 40, 10]);
});

test('a table that does not answer is no table without rows', async () => {
  await expect(table(0).find('twitter', keysTo(1))).rejects.toThrow(TransientStoreError);
});

test('no keys, no question', async () => {
  const { asked, find } = table(100);

  expect([await find('twitter', []), asked]).toEqual([new Set(), []]);
});
