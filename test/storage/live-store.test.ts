import { BatchWriteCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';

import { SOURCES, type Source } from '../../core/sources.ts';
import { RefusedRowError, TransientStoreError } from '../../storage/errors.ts';
import { liveDeleteRow } from '../../storage/live-row.ts';
import { liveStore, type AddressedRow } from '../../storage/live-store.ts';
import { makeDelete } from '../support/make-event.ts';

const TABLES = Object.fromEntries(SOURCES.map((source) => [source, `live_${source}`])) as Record<Source, string>;

function rows(count: number): AddressedRow[] {
  return Array.from({ length: count }, (_, i) => ({
    source: 'twitter',
    row: liveDeleteRow(makeDelete({ id: `twitter:${i}` }), { writeShards: 1, lateHours: 48, authorSalt: 's' }),
  }));
}

/** A document client that answers as told, and remembers what it was asked. */
function client(answer: (command: unknown, call: number) => unknown) {
  const sent: unknown[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    sent.push(command);
    return answer(command, sent.length);
  };
  return { documents: { send } as DynamoDBDocumentClient, sent };
}

function requestCount(command: unknown): number {
  if (!(command instanceof BatchWriteCommand)) return 0;
  return Object.values(command.input.RequestItems ?? {}).flat().length;
}

test('rows go in batches of at most 25, each row once', async () => {
  const { documents, sent } = client(() => ({}));

  await liveStore({ documents, tableNames: TABLES, pause: async () => undefined }).put([...rows(60), ...rows(10)]);

  expect(sent.map(requestCount)).toEqual([25, 25, 10]);
});

test('rows that DynamoDB leaves unprocessed are written again, only they', async () => {
  const { documents, sent } = client((command, call) => {
    if (!(command instanceof BatchWriteCommand) || call > 2) return {};
    const [[table, requests] = ['', []]] = Object.entries(command.input.RequestItems ?? {});
    return { UnprocessedItems: { [table]: requests.slice(0, call === 1 ? 3 : 1) } };
  });
  const pauses: number[] = [];

  await liveStore({ documents, tableNames: TABLES, pause: async (attempt) => void pauses.push(attempt) }).put(rows(5));

  expect(sent.map(requestCount)).toEqual([5, 3, 1]);
  expect(pauses).toEqual([1, 2]);
});

test('rows that stay unprocessed fail as something that may heal', async () => {
  const { documents } = client((command) =>
    command instanceof BatchWriteCommand ? { UnprocessedItems: command.input.RequestItems } : {},
  );
  const store = liveStore({ documents, tableNames: TABLES, pause: async () => undefined });

  await expect(store.put(rows(2))).rejects.toThrow(TransientStoreError);
});

test('a row that DynamoDB refuses for what it is fails as something that never heals', async () => {
  const { documents } = client(() => {
    throw new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', $metadata: {} });
  });
  const store = liveStore({ documents, tableNames: TABLES, pause: async () => undefined });

  await expect(store.put(rows(1))).rejects.toThrow(RefusedRowError);
});

test('S0-22 a minute is read page by page, consistently, from its partitions alone', async () => {
  const { documents, sent } = client((command) => {
    if (!(command instanceof QueryCommand)) return {};
    const isFirst = command.input.ExclusiveStartKey === undefined;
    const Items = rows(isFirst ? 2 : 1).map(({ row }) => ({ event_key: row.event_key }));
    return isFirst ? { Items, LastEvaluatedKey: { event_key: 'next' } } : { Items };
  });

  const minute = await liveStore({ documents, tableNames: TABLES, pause: async () => undefined }).readMinute(
    'twitter',
    '2026-11-20T17:38',
    2,
  );

  expect(minute.observations).toHaveLength(6);
  const inputs = sent.map((command) => (command instanceof QueryCommand ? command.input : undefined));
  expect(inputs.every((input) => input?.ConsistentRead === true)).toBe(true);
  expect(new Set(inputs.map((input) => input?.ExpressionAttributeValues?.[':partition']))).toEqual(
    new Set(['2026-11-20T17:38#0', '2026-11-20T17:38#1']),
  );
});
