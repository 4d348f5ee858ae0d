import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';

import { validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import { readLiveImage, readLiveKey } from '../../storage/live-row.ts';
import type { SequencedItem } from '../shared/indexing/feed-batch.ts';

/**
 * Reads a change of a live table: a row that was written as the event in it, one that was removed by a person as a
 * delete; undefined for one that has expired, or that is no change.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export function readTableChange(change: DynamoDBRecord): SequencedItem | undefined {
  const { dynamodb, eventName, eventSourceARN = '' } = change;
  if (dynamodb === undefined || (eventName === 'REMOVE' && hasExpired(change))) return undefined;
  const sequenceNumber = dynamodb.SequenceNumber ?? '';
  const arrivedAtMs = Math.round((dynamodb.ApproximateCreationDateTime ?? 0) * 1_000);
  const json = eventName === 'REMOVE' ? deleteOf(dynamodb.Keys) : readLiveImage(dynamodb.NewImage ?? {});
  return {
    parsed: parse(json, arrivedAtMs),
    sequenceNumber,
    record: {
      shardId: tableNameOf(eventSourceARN),
      sequenceNumber,
      partitionKey: dynamodb.Keys?.['key_datetime']?.S ?? '',
      arrivedAtMs,
      // Only of what is rejected is it asked for.
      get data() {
        return Buffer.from(JSON.stringify(json ?? dynamodb));
      },
    },
  };
}

function hasExpired({ userIdentity }: DynamoDBRecord): boolean {
  return isRecord(userIdentity) && userIdentity['principalId'] === 'dynamodb.amazonaws.com';
}

type Image = Readonly<Record<string, AttributeValue>> | undefined;

function deleteOf(keys: Image): unknown {
  const key = readLiveKey({ key_datetime: keys?.['key_datetime']?.S ?? '', event_key: keys?.['event_key']?.S ?? '' });
  return key && { v: 1, kind: 'delete', id: key.id, created_at: `${key.minute}:00.000Z`, observed_at: key.observedAt };
}

function parse(value: unknown, arrivedAtMs: number): ParsedEvent {
  if (value !== undefined) return validateEvent(value, arrivedAtMs);
  return { ok: false, reason: 'unprocessable', detail: 'the row holds no event' };
}

function tableNameOf(streamArn: string): string {
  return /:table\/([^/]+)\//.exec(streamArn)?.[1] ?? 'unknown-table';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
