import type { DynamoDBStreamEvent } from 'aws-lambda';

import { indexBatch, type BatchAnswer, type FeedDeps, type TimeLeft } from '../shared/indexing/feed-batch.ts';
import { readTableChange } from './table-change.ts';

/**
 * The handler that puts the rows of the live tables into the index as they are written. Rows that expire stay findable;
 * one that a person removes takes its post out.
 */
export function indexTable(deps: FeedDeps) {
  return (event: DynamoDBStreamEvent, context: TimeLeft): Promise<BatchAnswer> => {
    const items = event.Records.flatMap((record) => readTableChange(record) ?? []);
    return indexBatch(deps, items, context);
  };
}
