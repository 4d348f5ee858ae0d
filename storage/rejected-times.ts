import * as z from 'zod';

const Record = z.object({ data: z.string(), arrived_at: z.iso.datetime() });
const KinesisRecord = z.object({
  kinesis: z.object({ data: z.string(), approximateArrivalTimestamp: z.number() }),
});
const Payload = z.object({ Records: z.array(KinesisRecord) });
/** Lambda writes the event that it gave up as a text. */
const Batch = z.object({ payload: z.union([z.string(), Payload]) });
const Event = z.object({ created_at: z.iso.datetime() });

/**
 * The times of the events in a rejected record or a batch that was given up, in epoch milliseconds: of each the time
 * that it says it was created, and where it says none, or one later than that, the time it reached the stream. `[]` if
 * the object is neither.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function eventTimes(object: string): number[] {
  const document = parsed(object);
  const record = Record.safeParse(document);
  if (record.success) return [eventTime(record.data.data, Date.parse(record.data.arrived_at))];
  const batch = Batch.safeParse(document);
  if (!batch.success) return [];
  const { payload } = batch.data;
  const event = Payload.safeParse(typeof payload === 'string' ? parsed(payload) : payload);
  return (event.data?.Records ?? []).map(({ kinesis }) =>
    eventTime(kinesis.data, kinesis.approximateArrivalTimestamp * 1_000),
  );
}

function eventTime(base64: string, arrivedAtMs: number): number {
  const event = Event.safeParse(parsed(Buffer.from(base64, 'base64').toString('utf8')));
  return event.success ? Math.min(Date.parse(event.data.created_at), arrivedAtMs) : arrivedAtMs;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
