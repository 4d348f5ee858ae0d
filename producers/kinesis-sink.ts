import type { PutRecordsCommandOutput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';

import { batchLength, fillsRequest, partitionKeys } from './batch.ts';
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

interface State {
  readonly options: KinesisSinkOptions;
  readonly nextPartitionKey: () => string;
  readonly waiting: Entry[];
  /** Aborted with the first failure: ends back-offs and requests. */
  readonly ended: AbortController;
  waitingBytes: number;
  requests: number;
  held: number;
  sent: number;
  retried: number;
  isLingering: boolean;
  isFlushing: boolean;
  trouble: string | undefined;
  failure: Error | undefined;
  /** Resolved, and replaced, whenever something has happened. */
  changed: PromiseWithResolvers<void>;
}

/**
 * Writes to a Kinesis stream, round-robin over its open shards. A failed record is sent again until it is taken, only
 * that one, after a back-off; what is held is bounded.
 */
export function kinesisSink(options: KinesisSinkOptions): KinesisSink {
  const state = initialState(options);
  return {
    async put(data, stored) {
      await until(state, () => state.waiting.length < MAX_WAITING && state.waitingBytes < MAX_WAITING_BYTES);
      state.waiting.push({ data, stored });
      state.waitingBytes += data.byteLength;
      state.held += 1;
      startRequests(state, state.isFlushing);
    },
    async flush() {
      state.isFlushing = true;
      startRequests(state, true);
      await until(state, () => state.held === 0).finally(() => (state.isFlushing = false));
    },
    abort: () => fail(state, new AbortedPutError('Sending was given up.')),
    counts: () => ({ sent: state.sent, retried: state.retried, pending: state.held, trouble: state.trouble }),
  };
}

function initialState(options: KinesisSinkOptions): State {
  return {
    options,
    nextPartitionKey: partitionKeys(),
    waiting: [],
    ended: new AbortController(),
    waitingBytes: 0,
    requests: 0,
    held: 0,
    sent: 0,
    retried: 0,
    isLingering: false,
    isFlushing: false,
    trouble: undefined,
    failure: undefined,
    changed: Promise.withResolvers(),
  };
}

function announce(state: State): void {
  state.changed.resolve();
  state.changed = Promise.withResolvers();
}

function fail(state: State, error: Error): void {
  state.failure ??= error;
  state.ended.abort();
  announce(state);
}

async function until(state: State, condition: () => boolean): Promise<void> {
  while (state.failure === undefined && !condition()) await state.changed.promise;
  if (state.failure !== undefined) throw state.failure;
}

/** Starts as many requests as may run; `takesAll`: also such that are not full. */
function startRequests(state: State, takesAll: boolean): void {
  const { waiting } = state;
  const isBatch = (): boolean => waiting.length > 0 && (takesAll || fillsRequest(waiting));
  while (state.requests < MAX_REQUESTS && isBatch()) {
    const batch = waiting.splice(0, batchLength(waiting));
    state.waitingBytes -= batch.reduce((sum, { data }) => sum + data.byteLength, 0);
    state.requests += 1;
    void send(state, batch)
      .catch((error: unknown) => fail(state, asError(error)))
      .finally(() => endRequest(state));
  }
  if (waiting.length > 0 && !state.isLingering && state.failure === undefined) void linger(state);
}

function endRequest(state: State): void {
  state.requests -= 1;
  announce(state);
  if (state.failure === undefined) startRequests(state, state.isFlushing);
}

async function linger(state: State): Promise<void> {
  state.isLingering = true;
  await state.options.wait(LINGER_MS, state.ended.signal);
  state.isLingering = false;
  if (state.failure === undefined) startRequests(state, true);
}

async function send(state: State, batch: readonly Entry[]): Promise<void> {
  const { options, ended } = state;
  let entries = batch;
  for (let attempt = 1; ; attempt++) {
    const failed = await attemptPut(state, entries, ended.signal);
    const again = new Set(failed.entries);
    for (const entry of entries) if (!again.has(entry)) entry.stored();
    state.sent += entries.length - again.size;
    state.held -= entries.length - again.size;
    state.trouble = failed.trouble;
    announce(state);
    entries = failed.entries;
    if (entries.length === 0) return;
    await options.wait(retryDelayMs(attempt, options.random()), ended.signal);
    if (state.failure !== undefined) return;
    state.retried += entries.length;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

/** One request; returns the entries that were not taken, and why. @throws FatalPutError if none ever will be */
async function attemptPut(
  { options: { putRecords, shards, streamName }, nextPartitionKey }: State,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<{ entries: readonly Entry[]; trouble: string | undefined }> {
  try {
    const records = entries.map(({ data }) => ({
      Data: data,
      PartitionKey: nextPartitionKey(),
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
    return { entries, trouble: troubleOf(error) };
  }
}

/** The code says more than the name, where a connection fails. */
function troubleOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
