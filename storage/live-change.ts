import { readLiveEvent, readLiveKey } from './live-row.ts';

/** An attribute as DynamoDB's streams hand it over: bytes in base64. */
interface StreamAttribute {
  readonly S?: string | undefined;
  readonly B?: string | undefined;
}

/** A change of a live table in the stream of its changes, as far as it is looked at. */
export interface LiveChange {
  readonly eventName?: string | undefined;
  readonly userIdentity?: { readonly principalId: string } | null | undefined;
  readonly dynamodb: {
    readonly Keys?: Readonly<Record<string, StreamAttribute>> | undefined;
    readonly NewImage?: { readonly doc?: StreamAttribute | undefined } | undefined;
  };
}

/** A row has gone because its time was over, which says nothing about its post. */
export const EXPIRED = Symbol('a row that has expired');

/**
 * The event that a change of a live table stands for: that of the row which was written, a delete for one that a person
 * has removed, EXPIRED for one whose time was over; undefined for a row that holds no event.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export function readLiveChange({ eventName, userIdentity, dynamodb }: LiveChange): unknown {
  if (eventName !== 'REMOVE') return readLiveImage(dynamodb.NewImage?.doc);
  if (userIdentity?.principalId === 'dynamodb.amazonaws.com') return EXPIRED;
  const key = readLiveKey({
    key_datetime: dynamodb.Keys?.['key_datetime']?.S ?? '',
    event_key: dynamodb.Keys?.['event_key']?.S ?? '',
  });
  return key && { v: 1, kind: 'delete', id: key.id, created_at: `${key.minute}:00.000Z`, observed_at: key.observedAt };
}

function readLiveImage({ S: text, B: compressed }: StreamAttribute = {}): unknown {
  try {
    return readLiveEvent({ doc: text ?? (compressed === undefined ? undefined : Buffer.from(compressed, 'base64')) });
  } catch {
    return undefined;
  }
}
