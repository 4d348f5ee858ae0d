import type { PutRecordsCommandOutput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';

import { batchLength, fillsRequest, PARTITION_KEY } from './batch.ts';
import { AbortedPutError, fatalPutError } from './put-error.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { ShardRing } from './shard-ring.ts';
import type { Wait } from './wait.ts';

/** Sends records to the stream, until the signal is aborted; the part of the Kinesis client that is used. */
export type PutRecords = (
  records: readonly PutRecordsRequestEntry[],
  signal: AbortSignal,
) => Promise<Pick<PutRecordsCommandOutput, 'Records'>>;

export interface KinesisSinkOptions {
  readonly streamName: string;
  readonly putRecords: PutRecords;
  readonly shards: ShardRing;
  readonly wait: Wait;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What a sink has done so far. */
export interface SinkCounts {
  /** Records that the stream has taken. */
  readonly sent: number;
  /** Records that were sent again. */
  readonly retried: number;
  /** Records that are held and not taken yet. */
  readonly pending: number;
  /** Why the latest attempt failed; undefined when it did not. */
  readonly trouble: string | undefined;
}

export interface KinesisSink {
  /**
   * Takes one record of at most 1 MiB; waits while the sink is full. `stored` is called once the stream has it.
   * @throws FatalPutError or AbortedPutError if nothing can be sent any more
   */
  put(data: Uint8Array, stored: () => void): Promise<void>;
  /** Waits until the stream has taken everything. @throws as put */
  flush(): Promise<void>;
  /** Gives up what is not sent yet. */
  abort(): void;
  counts(): SinkCounts;
}

interface Entry {
  readonly data: Uint8Array;
  readonly stored: () => void;
}

const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const MAX_REQUESTS = 4;
/** How long a record waits for others to travel with. */
const LINGER_MS = 100;

/**
 * Writes to a Kinesis stream, round-robin over its open shards. A failed record is sent again until it is taken, only
 * that one, after a back-off; what is held is bounded.
 */
export function kinesisSink(options: KinesisSinkOptions): KinesisSink {
  const waiting: Entry[] = [];
  let waitingBytes = 0;
  let requests = 0;
  let held = 0;
  let sent = 0;
  let retried = 0;
  let isLingering = false;
  let isFlushing = false;
  let trouble: string | undefined;
  let failure: Error | undefined;
  let changed = Promise.withResolvers<void>();
  const ended = new AbortController();

  const announce = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const fail = (error: Error): void => {
    failure ??= error;
    ended.abort();
    announce();
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (failure === undefined && !condition()) await changed.promise;
    if (failure !== undefined) throw failure;
  };

  const send = async (batch: readonly Entry[]): Promise<void> => {
    let entries = batch;
    for (let attempt = 1; entries.length > 0 && failure === undefined; attempt++) {
      const failed = await attemptPut(options, entries, ended.signal);
      const again = new Set(failed.entries);
      for (const entry of entries) if (!again.has(entry)) entry.stored();
      sent += entries.length - failed.entries.length;
      held -= entries.length - failed.entries.length;
      trouble = failed.trouble;
      entries = failed.entries;
      announce();
      if (entries.length === 0) return;
      await options.wait(retryDelayMs(attempt, options.random()), ended.signal);
      if (failure === undefined) retried += entries.length;
    }
  };

  const startRequests = (): void => {
    while (requests < MAX_REQUESTS && waiting.length > 0 && (isFlushing || fillsRequest(waiting))) {
      const batch = waiting.splice(0, batchLength(waiting));
      waitingBytes -= batch.reduce((sum, { data }) => sum + data.byteLength, 0);
      requests += 1;
      void send(batch)
        .catch(fail)
        .finally(() => {
          requests -= 1;
          announce();
          startRequests();
        });
    }
    if (waiting.length > 0 && !isLingering) void linger();
  };
  const linger = async (): Promise<void> => {
    isLingering = true;
    await options.wait(LINGER_MS, ended.signal);
    isLingering = false;
    const wasFlushing = isFlushing;
    isFlushing = true;
    startRequests();
    isFlushing = wasFlushing;
  };

  return {
    async put(data, stored) {
      await until(() => waiting.length < MAX_WAITING && waitingBytes < MAX_WAITING_BYTES);
      waiting.push({ data, stored });
      waitingBytes += data.byteLength;
      held += 1;
      startRequests();
    },
    async flush() {
      isFlushing = true;
      startRequests();
      await until(() => held === 0).finally(() => (isFlushing = false));
    },
    abort: () => fail(new AbortedPutError('Sending was given up.')),
    counts: () => ({ sent, retried, pending: held, trouble }),
  };
}

/** One request; returns the entries that were not taken, and why. @throws FatalPutError if none ever will be */
async function attemptPut(
  { putRecords, shards, streamName }: KinesisSinkOptions,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<{ entries: readonly Entry[]; trouble: string | undefined }> {
  try {
    const records = entries.map(({ data }) => ({
      Data: data,
      PartitionKey: PARTITION_KEY,
      ExplicitHashKey: shards.next(),
    }));
    const { Records: results = [] } = await putRecords(records, signal);
    const hasResharded = results.some(({ ShardId }) => ShardId !== undefined && !shards.knows(ShardId));
    // The records are stored whether or not the list can be had now; the next answer asks for it again.
    if (hasResharded) await shards.refresh().catch(() => undefined);
    // An answer that says nothing of an entry has not taken it.
    const failed = entries.filter((_, i) => results[i]?.SequenceNumber === undefined);
    return { entries: failed, trouble: results.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode };
  } catch (error) {
    const fatal = fatalPutError(error, streamName);
    if (fatal !== undefined) throw fatal;
    return { entries, trouble: error instanceof Error ? error.name : String(error) };
  }
}
