import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

import type { LiveRow } from '../../../storage/live-row.ts';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/live_table_twitter/stream/2026-11-20T00:00:00.000';

/** A change of a live table: a row that was written, or one that has gone and who has removed it. */
export type TableChange =
  | { readonly written: LiveRow }
  | { readonly removed: Pick<LiveRow, 'key_datetime' | 'event_key'>; readonly by: 'ttl' | 'person' };

/**
 * What Lambda hands to a function that follows a table with new images.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function tableEvent(changes: readonly TableChange[], arrivedAtMs: number, first = 1): DynamoDBStreamEvent {
  return { Records: changes.map((change, i) => tableRecord(change, arrivedAtMs, String(first + i))) };
}

function tableRecord(change: TableChange, arrivedAtMs: number, SequenceNumber: string): DynamoDBRecord {
  const row = 'written' in change ? change.written : change.removed;
  return {
    eventID: SequenceNumber,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM_ARN,
    eventName: 'written' in change ? 'INSERT' : 'REMOVE',
    dynamodb: {
      ApproximateCreationDateTime: arrivedAtMs / 1_000,
      SequenceNumber,
      SizeBytes: 1,
      StreamViewType: 'NEW_IMAGE',
      Keys: { key_datetime: { S: row.key_datetime }, event_key: { S: row.event_key } },
      ...('written' in change && { NewImage: imageOf(change.written) }),
    },
    ...('by' in change &&
      change.by === 'ttl' && {
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      }),
  };
}

/** The attributes that a feed looks at. */
function imageOf({ key_datetime, event_key, doc }: LiveRow): Record<string, AttributeValue> {
  const document = doc instanceof Uint8Array ? { B: Buffer.from(doc).toString('base64') } : { S: String(doc) };
  return { key_datetime: { S: key_datetime }, event_key: { S: event_key }, doc: document };
}
