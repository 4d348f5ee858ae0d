/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html; the bytes are those that every region takes. */
const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** A record may take 1 MiB, its partition key included. */
export const MAX_RECORD_BYTES = 1024 * 1024;

const PARTITION_KEY_BYTES = 2;
/** A prime, so that the keys of one shard differ however many shards take turns. */
const PARTITION_KEYS = 97;

/**
 * Partition keys in turn, of two digits each. The shard is chosen by an explicit hash key; by the partition key a
 * consumer divides the records of a shard among its concurrent batches.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching
 */
export function partitionKeys(): () => string {
  let turn = 0;
  return () => String(turn++ % PARTITION_KEYS).padStart(PARTITION_KEY_BYTES, '0');
}

/** Bytes of a record as the limits count them. */
export function recordBytes(data: Uint8Array): number {
  return data.byteLength + PARTITION_KEY_BYTES;
}

/** How many of the first entries one request takes, by number and by bytes; at least 1 if there is one. */
export function batchLength(entries: readonly { readonly data: Uint8Array }[]): number {
  let bytes = 0;
  for (const [i, { data }] of entries.entries()) {
    bytes += recordBytes(data);
    if (i === MAX_RECORDS || (bytes > MAX_REQUEST_BYTES && i > 0)) return i;
  }
  return entries.length;
}

/** Whether the entries fill a request, so that waiting for more is of no use. */
export function fillsRequest(entries: readonly { readonly data: Uint8Array }[]): boolean {
  return entries.length >= MAX_RECORDS || batchLength(entries) < entries.length;
}
