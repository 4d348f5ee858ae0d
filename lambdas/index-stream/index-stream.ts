import type { KinesisStreamEvent } from 'aws-lambda';

import { parseEvent } from '../../core/parse-event.ts';
import { indexBatch, type BatchAnswer, type FeedDeps, type TimeLeft } from '../shared/indexing/feed-batch.ts';
import { readStreamRecord } from '../shared/stream-record.ts';

/** The handler that puts the events of the stream into the index. */
export function indexStream(deps: FeedDeps) {
  return (event: KinesisStreamEvent, context: TimeLeft): Promise<BatchAnswer> => {
    const items = event.Records.map(readStreamRecord).map((record) => ({
      parsed: parseEvent(record.data, record.arrivedAtMs),
      record,
      sequenceNumber: record.sequenceNumber,
    }));
    return indexBatch(deps, items, context);
  };
}
