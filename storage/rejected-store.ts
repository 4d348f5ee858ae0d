import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

import type { RejectionReason } from '../core/parse-event.ts';

/** A record that holds no event, whole. */
export interface RejectedRecord {
  readonly reason: RejectionReason;
  /** Names the field that is wrong, never its content. */
  readonly detail: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
  readonly data: Uint8Array;
}

/** Keeps rejected records; the same one any number of times is kept once. */
export type KeepRejected = (record: RejectedRecord) => Promise<void>;

/** Rejected records in S3, under a key that depends on the record and not on who rejects it, so that several consumers keep it once. */
export function keepRejectedIn({
  s3,
  bucketName,
}: {
  readonly s3: S3Client;
  readonly bucketName: string;
}): KeepRejected {
  return async (record) => {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key: rejectedKey(record),
        Body: JSON.stringify(documentOf(record)),
        ContentType: 'application/json',
      }),
    );
  };
}

/**
 * `rejected/2026-11-20/shardId-000000000000/<sequence number>.json`, by the day the record arrived. What the index alone
 * refuses ends in `-index_refused.json`: the tables may reject the same record for a reason of their own.
 */
export function rejectedKey({ arrivedAtMs, shardId, sequenceNumber, reason }: RejectedRecord): string {
  const suffix = reason === 'index_refused' ? '-index_refused' : '';
  return `rejected/${new Date(arrivedAtMs).toISOString().slice(0, 10)}/${shardId}/${sequenceNumber}${suffix}.json`;
}

function documentOf(record: RejectedRecord) {
  return {
    reason: record.reason,
    detail: record.detail,
    shard_id: record.shardId,
    sequence_number: record.sequenceNumber,
    partition_key: record.partitionKey,
    arrived_at: new Date(record.arrivedAtMs).toISOString(),
    data: Buffer.from(record.data).toString('base64'),
  };
}

/** How many records were rejected for which reason. */
export function countReasons(
  rejections: readonly Pick<RejectedRecord, 'reason'>[],
): Readonly<Partial<Record<RejectionReason, number>>> {
  const counts: Partial<Record<RejectionReason, number>> = {};
  for (const { reason } of rejections) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
