import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import * as z from 'zod';

import type { StreamRecord } from '../shared/stream-record.ts';

/** Epoch milliseconds, where Lambda's own reader of the stream has seconds; AWS's example has a text for some of them. */
const Arrival = z.union([z.number(), z.iso.datetime({ offset: true }).transform((time) => Date.parse(time))]);

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
    arrivedAtMs: Arrival.parse(source?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp),
    data: Buffer.from(record.data, 'base64'),
  };
}
