import type { FirehoseTransformationEventRecord } from 'aws-lambda';

import type { StreamRecord } from '../shared/stream-record.ts';

/** Where a record is from that did not come out of a Kinesis stream; its `recordId` tells it from others. */
const NO_SHARD = 'firehose';

/**
 * Reads what Firehose hands over of one record, as the other consumers of the stream know it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html
 */
export function readFirehoseRecord(record: FirehoseTransformationEventRecord): StreamRecord {
  const source = record.kinesisRecordMetadata;
  return {
    shardId: source?.shardId ?? NO_SHARD,
    sequenceNumber: source?.sequenceNumber ?? record.recordId,
    partitionKey: source?.partitionKey ?? '',
    // In milliseconds, where Lambda's own reader of the stream has seconds.
    arrivedAtMs: source?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp,
    data: Buffer.from(record.data, 'base64'),
  };
}
