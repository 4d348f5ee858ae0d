import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';

import { validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import { EXPIRED, readLiveChange } from '../../storage/live-change.ts';
import type { SequencedItem } from '../shared/indexing/feed-batch.ts';

const IdentitySchema = z.object({ principalId: z.string() });

/** Reads a change of a live table; undefined for a row that has expired, or where there is no change. */
export function readTableChange({
  dynamodb,
  eventName,
  eventSourceARN = '',
  userIdentity,
}: DynamoDBRecord): SequencedItem | undefined {
  if (dynamodb === undefined) return undefined;
  const event = readLiveChange({ eventName, dynamodb, userIdentity: IdentitySchema.safeParse(userIdentity).data });
  if (event === EXPIRED) return undefined;
  const sequenceNumber = dynamodb.SequenceNumber ?? '';
  const arrivedAtMs = Math.round((dynamodb.ApproximateCreationDateTime ?? 0) * 1_000);
  return {
    parsed: parse(event, arrivedAtMs),
    sequenceNumber,
    record: {
      shardId: tableNameOf(eventSourceARN),
      sequenceNumber,
      partitionKey: dynamodb.Keys?.['key_datetime']?.S ?? '',
      arrivedAtMs,
      // Only of what is rejected is it asked for.
      get data() {
        return Buffer.from(JSON.stringify(event ?? dynamodb));
      },
    },
  };
}

function parse(value: unknown, arrivedAtMs: number): ParsedEvent {
  if (value !== undefined) return validateEvent(value, arrivedAtMs);
  return { ok: false, reason: 'unprocessable', detail: 'the row holds no event' };
}

function tableNameOf(streamArn: string): string {
  return /:table\/([^/]+)\//.exec(streamArn)?.[1] ?? 'unknown-table';
}
