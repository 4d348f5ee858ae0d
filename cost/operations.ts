import * as z from 'zod';

const Amount = z.number().min(0);

/** What the deployed functions do in an hour at a rate, counted. */
const OperationsSchema = z.object({
  /** Events a second that come in. */
  rate: Amount,
  /** Bytes of those events on the stream. */
  streamBytes: Amount,
  /** DynamoDB units, by logical table. */
  writeUnits: z.record(z.string(), Amount),
  readUnits: z.record(z.string(), Amount),
  /** Bytes of the live rows written. */
  liveRowBytes: Amount,
  /** Requests to S3: PUT, COPY, POST, LIST; and GET and all others. */
  s3Writes: Amount,
  s3Reads: Amount,
  /** Bytes of the summaries written. */
  summaryBytes: Amount,
  /** By the folder of the function. */
  invocations: z.record(z.string(), Amount),
  /** Seconds that the invocations take, waiting for stores included. */
  seconds: z.record(z.string(), Amount),
});

/** What is done in an hour at a rate. */
export type Operations = z.infer<typeof OperationsSchema>;

/** The file of counted operations. */
export const CountedSchema = z.object({
  command: z.string(),
  date: z.iso.date(),
  counted: z.array(OperationsSchema).min(2),
});

/**
 * The operations of an hour at a rate: between two counted rates in proportion, above the highest as between the last
 * two. What grows more slowly there (keywords repeat) is so overstated.
 * @param counted at least two, by rate, from 0 on
 * @throws RangeError if there are fewer
 */
export function operationsAt(counted: readonly Operations[], rate: number): Operations {
  const upper = Math.max(
    1,
    counted.findIndex((each) => each.rate >= rate),
  );
  const at = counted.some((each) => each.rate >= rate) ? upper : counted.length - 1;
  const [below, above] = [counted[at - 1], counted[at]];
  if (below === undefined || above === undefined) throw new RangeError('operations are counted at two rates at least');
  const share = (rate - below.rate) / (above.rate - below.rate);
  const between = (a: number, b: number): number => Math.max(0, a + (b - a) * share);
  const each = (a: Record<string, number>, b: Record<string, number>): Record<string, number> =>
    Object.fromEntries(
      [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, between(a[key] ?? 0, b[key] ?? 0)]),
    );
  return {
    rate,
    streamBytes: between(below.streamBytes, above.streamBytes),
    writeUnits: each(below.writeUnits, above.writeUnits),
    readUnits: each(below.readUnits, above.readUnits),
    liveRowBytes: between(below.liveRowBytes, above.liveRowBytes),
    s3Writes: between(below.s3Writes, above.s3Writes),
    s3Reads: between(below.s3Reads, above.s3Reads),
    summaryBytes: between(below.summaryBytes, above.summaryBytes),
    invocations: each(below.invocations, above.invocations),
    seconds: each(below.seconds, above.seconds),
  };
}
