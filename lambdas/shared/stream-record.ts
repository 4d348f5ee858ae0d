import type { KinesisStreamRecord } from 'aws-lambda';

/** A record of the stream with its bytes. */
export interface StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
  readonly data: Uint8Array;
}

/** Reads what Lambda hands over of one Kinesis record. */
export function readStreamRecord({ eventID, kinesis }: KinesisStreamRecord): StreamRecord {
  return {
    shardId: eventID.slice(0, eventID.lastIndexOf(':')),
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrivedAtMs: Math.round(kinesis.approximateArrivalTimestamp * 1_000),
    data: Buffer.from(kinesis.data, 'base64'),
  };
}
