import type { FirehoseTransformationEvent } from 'aws-lambda';

import type { StoredRecord } from '../aws/kinesis.ts';

const ARN = 'arn:aws:firehose:us-east-1:000000000000:deliverystream/lake';
const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';

/** What Firehose hands to its function of records that come out of a Kinesis stream. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesisfirehose.html */
export function transformationEvent(records: readonly StoredRecord[]): FirehoseTransformationEvent {
  return {
    invocationId: '00000000-0000-0000-0000-000000000000',
    sourceKinesisStreamArn: STREAM_ARN,
    deliveryStreamArn: ARN,
    region: 'us-east-1',
    records: records.map(({ shardId, partitionKey, sequenceNumber, arrivedAtMs, data }, i) => ({
      // The same record may stand twice in a batch.
      recordId: `${sequenceNumber}${String(i).padStart(6, '0')}`,
      approximateArrivalTimestamp: arrivedAtMs,
      data: Buffer.from(data).toString('base64'),
      kinesisRecordMetadata: {
        shardId,
        partitionKey,
        approximateArrivalTimestamp: arrivedAtMs,
        sequenceNumber,
        subsequenceNumber: '0',
      },
    })),
  };
}
