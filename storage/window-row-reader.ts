import { NumberValue, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

import { parseMillionths } from '../core/event-score.ts';
import type { WindowName } from '../core/windows.ts';

/** Which rows: those of one keyword in one category, in the windows whose key is in [fromKey, toKey]. */
export interface WindowRowRange {
  readonly window: WindowName;
  readonly keyword: string;
  readonly category: string;
  readonly fromKey: string;
  readonly toKey: string;
}

/** A row of `per_minute`, `per_5_minute` or `per_hour`, as far as the history of a keyword needs it. */
export interface StoredWindowRow {
  readonly keyDatetime: string;
  readonly rank: number;
  /** In millionths. */
  readonly score: bigint;
  readonly mentions: number;
}

/** Reads rows, the oldest first; those that fell out of the best are passed over. */
export type ReadWindowRows = (range: WindowRowRange) => Promise<StoredWindowRow[]>;

const Exact = z.instanceof(NumberValue).transform(String);
const Int = Exact.transform(Number).pipe(z.int());
const ItemSchema = z.object({
  key_datetime: z.string(),
  rank: Int,
  score: Exact.transform(parseMillionths),
  mentions: Int,
});

interface WindowRowReaderOptions {
  /** Has to read numbers as they are stored. */
  readonly documents: DynamoDBDocumentClient;
  readonly tableNames: Readonly<Record<WindowName, string>>;
}

/** Reads rows from DynamoDB. */
export function windowRowReader({ documents, tableNames }: WindowRowReaderOptions): ReadWindowRows {
  return async (range) => {
    const rows: StoredWindowRow[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(rowQuery(tableNames[range.window], range, start));
      const items = z.array(ItemSchema).parse(page.Items ?? []);
      rows.push(...items.map(({ key_datetime, ...row }) => ({ keyDatetime: key_datetime, ...row })));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return rows;
  };
}

function rowQuery(tableName: string, range: WindowRowRange, start: Record<string, unknown> | undefined): QueryCommand {
  return new QueryCommand({
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'key_word = :keyword AND key_datetime_category BETWEEN :from AND :to',
    // A row that fell out has no category.
    FilterExpression: '#category = :category',
    ExpressionAttributeNames: { '#category': 'category' },
    ExpressionAttributeValues: {
      ':keyword': range.keyword,
      ':category': range.category,
      ':from': `${range.fromKey}#${range.category}`,
      ':to': `${range.toKey}#${range.category}`,
    },
    ...(start && { ExclusiveStartKey: start }),
  });
}
