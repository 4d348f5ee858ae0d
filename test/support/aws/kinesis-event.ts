import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

import type { StoredRecord } from './kinesis.ts';

/** A batch that is given up. */
export interface FailedBatch {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly records: readonly StoredRecord[];
  /** How often the function was invoked with it. */
  readonly attempts: number;
}

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';

/** What Lambda hands to a function. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event */
export function kinesisEvent(records: readonly StoredRecord[]): KinesisStreamEvent {
  return { Records: records.map(kinesisRecord) };
}

function kinesisRecord(record: StoredRecord): KinesisStreamRecord {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: Buffer.from(record.data).toString('base64'),
      approximateArrivalTimestamp: record.arrivedAtMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${record.shardId}:${record.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/function',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM_ARN,
  };
}

/**
 * The object that Lambda keeps of a batch it gives up.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function failureObject({ condition, records, attempts }: FailedBatch, nowMs: number) {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: '00000000-0000-0000-0000-000000000000',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    KinesisBatchInfo: {
      shardId: first?.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrivedAtMs ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrivedAtMs ?? 0).toISOString(),
      batchSize: records.length,
      streamArn: STREAM_ARN,
    },
    payload: JSON.stringify(kinesisEvent(records)),
  };
}
