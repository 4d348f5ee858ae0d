import * as z from 'zod';

import { parseJson } from '../core/parse-json.ts';
import { EXPIRED, readLiveChange } from './live-change.ts';

/** A record of the stream that was kept because it could not be processed. */
export interface KeptRecord {
  readonly data: Uint8Array;
  /** Of the shard that it came in, or the name of the table. */
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it reached the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** What an object of the bucket for rejected records keeps. */
export interface KeptContent {
  /** The reason of the rejection, or `given_up` for a batch that Lambda gave up. */
  readonly reason: string;
  /** What is wrong, never content of the record. */
  readonly detail: string;
  /** One, or those of the batch in their order. */
  readonly records: readonly KeptRecord[];
}

/** The reason of a batch that Lambda gave up. */
export const GIVEN_UP = 'given_up';

const UNKNOWN = 'unknown';

const RejectedSchema = z.object({
  reason: z.string(),
  detail: z.string(),
  shard_id: z.string().default(UNKNOWN),
  sequence_number: z.string(),
  partition_key: z.string().default(UNKNOWN),
  arrived_at: z.iso.datetime(),
  data: z.base64(),
});

const StreamRecordSchema = z
  .object({
    /** `<shard>:<sequence number>` */
    eventID: z.string().default(UNKNOWN),
    kinesis: z.object({
      data: z.base64(),
      sequenceNumber: z.string(),
      partitionKey: z.string().default(UNKNOWN),
      /** Epoch seconds. */
      approximateArrivalTimestamp: z.number(),
    }),
  })
  .transform(({ eventID, kinesis }): KeptRecord => ({
    data: Buffer.from(kinesis.data, 'base64'),
    shardId: eventID.split(':')[0] ?? UNKNOWN,
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrivedAtMs: kinesis.approximateArrivalTimestamp * 1_000,
  }));
const AttributeSchema = z.object({ S: z.string().optional(), B: z.string().optional() });
const TableRecordSchema = z
  .object({
    eventSourceARN: z.string().default(UNKNOWN),
    eventName: z.string().optional(),
    userIdentity: z.object({ principalId: z.string() }).nullish(),
    dynamodb: z.object({
      SequenceNumber: z.string(),
      /** Epoch seconds. */
      ApproximateCreationDateTime: z.number(),
      Keys: z.record(z.string(), AttributeSchema).optional(),
      NewImage: z.object({ doc: AttributeSchema.optional() }).optional(),
    }),
  })
  .transform((change): KeptRecord | undefined => {
    const { SequenceNumber: sequenceNumber, ApproximateCreationDateTime: arrivedAt } = change.dynamodb;
    const event = readLiveChange(change);
    if (event === EXPIRED) return undefined;
    return {
      data: Buffer.from(JSON.stringify(event ?? {})),
      shardId: /:table\/([^/]+)\//.exec(change.eventSourceARN)?.[1] ?? UNKNOWN,
      sequenceNumber,
      partitionKey: change.dynamodb.Keys?.['key_datetime']?.S ?? UNKNOWN,
      arrivedAtMs: arrivedAt * 1_000,
    };
  });
const PayloadSchema = z
  .object({ Records: z.array(z.union([StreamRecordSchema, TableRecordSchema])) })
  .transform(({ Records }) => Records.filter((record) => record !== undefined));
/** Lambda writes the event that it gave up as a text. */
const BatchSchema = z.object({
  requestContext: z.object({ condition: z.string() }),
  payload: z.union([z.string(), z.looseObject({})]),
});

/**
 * Reads an object of the bucket for rejected records: a record under `rejected/`, or a batch under `aws/lambda/`.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * @returns undefined if it is neither
 */
export function readKeptObject(text: string): KeptContent | undefined {
  const document = parseJson(text);
  const rejected = RejectedSchema.safeParse(document);
  if (rejected.success) return rejectedContent(rejected.data);
  const batch = BatchSchema.safeParse(document);
  if (!batch.success) return undefined;
  const { payload, requestContext } = batch.data;
  const event = PayloadSchema.safeParse(typeof payload === 'string' ? parseJson(payload) : payload);
  if (!event.success) return undefined;
  const records = event.data;
  return {
    reason: GIVEN_UP,
    detail: `${requestContext.condition}, from sequence number ${records[0]?.sequenceNumber ?? 'unknown'}`,
    records,
  };
}

function rejectedContent(document: z.infer<typeof RejectedSchema>): KeptContent {
  const record: KeptRecord = {
    data: Buffer.from(document.data, 'base64'),
    shardId: document.shard_id,
    sequenceNumber: document.sequence_number,
    partitionKey: document.partition_key,
    arrivedAtMs: Date.parse(document.arrived_at),
  };
  return { reason: document.reason, detail: document.detail, records: [record] };
}

const EventSchema = z.object({ created_at: z.iso.datetime() });

/**
 * The time of the event in a record, in epoch milliseconds: the time that it says it was created, and where it says
 * none, or a later one, the time it reached the stream.
 */
export function eventTimeOf({ data, arrivedAtMs }: KeptRecord): number {
  const event = EventSchema.safeParse(parseJson(Buffer.from(data).toString('utf8')));
  return event.success ? Math.min(Date.parse(event.data.created_at), arrivedAtMs) : arrivedAtMs;
}
