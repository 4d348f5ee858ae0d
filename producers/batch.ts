/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html; the bytes are those that every region takes. */
const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** A record may take 1 MiB, its partition key included. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** The shard is chosen by an explicit hash key; the service wants a partition key all the same. */
export const PARTITION_KEY = 'e';

/** Bytes of a record as the limits count them. */
export function recordBytes(data: Uint8Array): number {
  return data.byteLength + PARTITION_KEY.length;
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
