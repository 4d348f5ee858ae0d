import { createHash } from 'node:crypto';

import type { KinesisStreamEvent } from 'aws-lambda';

import type { VirtualClock } from '../virtual-clock.ts';
import type { Changes } from './changes.ts';
import { kinesisEvent, type FailedBatch } from './kinesis-event.ts';
import type { SimulatedShard, SimulatedStream, StoredRecord } from './kinesis.ts';

/** The settings of an event source mapping, by the names of its API. */
export interface MappingSettings {
  readonly batchSize: number;
  readonly maximumBatchingWindowInSeconds: number;
  readonly parallelizationFactor: number;
  /** -1: until the records are too old. */
  readonly maximumRetryAttempts: number;
  /** -1: never. */
  readonly maximumRecordAgeInSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly reportBatchItemFailures: boolean;
}

/** The function cannot be invoked at all at the moment: a concurrency limit is reached. */
export class InvocationThrottled extends Error {
  override readonly name = 'TooManyRequestsException';
}

export interface MappingOptions {
  readonly stream: SimulatedStream;
  readonly clock: VirtualClock;
  readonly settings: MappingSettings;
  /** Runs the function; rejects where it fails, is killed or runs out of time, or with {@link InvocationThrottled}. */
  readonly invoke: (event: KinesisStreamEvent) => Promise<unknown>;
  /** Takes a batch that is given up. */
  readonly onFailure: (batch: FailedBatch) => void;
}

export interface EventSourceMapping {
  /** Whether every record of the stream has been dealt with. */
  isDrained(): boolean;
  /** How many invocations run now. */
  running(): number;
}

/** Lambda asks each shard once a second. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
const POLL_MS = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** The time between two attempts is not documented. */
const RETRY_MS = 1_000;

interface State extends MappingOptions {
  /** Records of a shard that were dealt with. */
  readonly done: Map<string, number>;
  /** Tells of records, of shards and of batches that are done. */
  readonly changes: Changes;
  running: number;
}

/**
 * Starts an event source mapping that follows the documented rules of Lambda for Kinesis, from the oldest record on.
 * Each rule has a test, with the page that states it.
 */
export function eventSourceMapping(options: MappingOptions): EventSourceMapping {
  const state: State = { ...options, done: new Map(), changes: options.stream.changes, running: 0 };
  void startShards(state);
  return {
    isDrained: () => state.stream.shards.every((shard) => dealtWith(state, shard) === shard.records.length),
    running: () => state.running,
  };
}

/** Begins a shard when its parents have been read to their end. */
async function startShards(state: State): Promise<void> {
  const begun = new Set<string>();
  for (;;) {
    const next = state.changes.next();
    for (const shard of state.stream.shards) {
      if (begun.has(shard.id) || !shard.parents.every((parent) => isFinished(state, parent))) continue;
      begun.add(shard.id);
      for (let lane = 0; lane < state.settings.parallelizationFactor; lane++) void readLane(state, shard, lane);
    }
    await next;
  }
}

function isFinished(state: State, shard: SimulatedShard): boolean {
  return shard.isClosed && dealtWith(state, shard) === shard.records.length;
}

function dealtWith({ done }: State, shard: SimulatedShard): number {
  return done.get(shard.id) ?? 0;
}

/** Reads the records of a shard whose partition keys belong to one of its concurrent batches, in order. */
async function readLane(state: State, shard: SimulatedShard, lane: number): Promise<void> {
  let read = 0;
  for (;;) {
    const batch = await gatherBatch(state, () =>
      shard.records.slice(read).filter((record) => laneOf(record, state.settings) === lane),
    );
    await processBatch(state, batch);
    state.done.set(shard.id, dealtWith(state, shard) + batch.length);
    const last = batch.at(-1);
    if (last !== undefined) read = shard.records.indexOf(last) + 1;
    state.changes.tell();
  }
}

/** Waits for a first record, then until the batch is full or its window is over. */
async function gatherBatch(
  { clock, settings, changes }: State,
  waiting: () => readonly StoredRecord[],
): Promise<readonly StoredRecord[]> {
  while (waiting().length === 0) await changes.next();
  await clock.sleep(POLL_MS);
  const endsMs = clock.now() + settings.maximumBatchingWindowInSeconds * 1_000;
  while (clock.now() < endsMs && !isFull(waiting(), settings))
    await clock.sleep(Math.min(POLL_MS, endsMs - clock.now()));
  return batchOf(waiting(), settings);
}

function isFull(waiting: readonly StoredRecord[], settings: MappingSettings): boolean {
  return waiting.length >= settings.batchSize || batchOf(waiting, settings).length < waiting.length;
}

function batchOf(records: readonly StoredRecord[], { batchSize }: MappingSettings): readonly StoredRecord[] {
  let bytes = 0;
  const tooMany = records.findIndex(({ data }, i) => {
    bytes += Math.ceil(data.byteLength / 3) * 4;
    return i > 0 && bytes > MAX_PAYLOAD_BYTES;
  });
  return records.slice(0, tooMany === -1 ? batchSize : Math.min(tooMany, batchSize));
}

/** Records of one partition key are always in the same one of the concurrent batches. */
function laneOf({ partitionKey }: StoredRecord, { parallelizationFactor }: MappingSettings): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE() % parallelizationFactor;
}

interface Attempt {
  readonly records: readonly StoredRecord[];
  readonly retries: number;
}

async function processBatch(state: State, records: readonly StoredRecord[]): Promise<void> {
  const open: Attempt[] = [{ records, retries: 0 }];
  for (let attempt = open.shift(); attempt !== undefined; attempt = open.shift()) {
    const young = { ...attempt, records: withoutOld(state, attempt) };
    if (young.records.length === 0) continue;
    const outcome = await invoke(state, young.records);
    if (outcome === 'done') continue;
    open.unshift(...nextAttempts(state, young, outcome));
    await state.clock.sleep(RETRY_MS);
  }
}

/** Records that have become too old are given up. */
function withoutOld({ clock, settings, onFailure }: State, { records, retries }: Attempt): readonly StoredRecord[] {
  const { maximumRecordAgeInSeconds: age } = settings;
  const isOld = ({ arrivedAtMs }: StoredRecord): boolean => age >= 0 && clock.now() - arrivedAtMs > age * 1_000;
  const old = records.filter(isOld);
  if (old.length > 0) onFailure({ condition: 'RecordAgeExceeded', records: old, attempts: retries });
  return records.filter((record) => !isOld(record));
}

type Outcome = 'done' | 'failed' | 'throttled' | { readonly from: number };

/** What to try next: the rest of a batch that was done in part, the halves of one that failed, or it as it is. */
function nextAttempts(
  { settings, onFailure }: State,
  { records, retries }: Attempt,
  outcome: Exclude<Outcome, 'done'>,
): Attempt[] {
  if (outcome === 'throttled') return [{ records, retries }];
  const rest = outcome === 'failed' ? records : records.slice(outcome.from);
  if (outcome === 'failed' && settings.bisectBatchOnFunctionError && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    return [rest.slice(0, middle), rest.slice(middle)].map((half) => ({ records: half, retries }));
  }
  if (settings.maximumRetryAttempts < 0 || retries < settings.maximumRetryAttempts)
    return [{ records: rest, retries: retries + 1 }];
  onFailure({ condition: 'RetryAttemptsExhausted', records: rest, attempts: retries + 1 });
  return [];
}

async function invoke(state: State, records: readonly StoredRecord[]): Promise<Outcome> {
  state.running += 1;
  try {
    const response = await state.invoke(kinesisEvent(records));
    return state.settings.reportBatchItemFailures ? readResponse(response, records) : 'done';
  } catch (error) {
    return error instanceof InvocationThrottled ? 'throttled' : 'failed';
  } finally {
    state.running -= 1;
  }
}

/** No list, or an empty one: done. An identifier that names no record of the batch: failed as a whole. */
function readResponse(response: unknown, records: readonly StoredRecord[]): Outcome {
  const failures = (response as { batchItemFailures?: readonly { itemIdentifier?: unknown }[] } | null | undefined)
    ?.batchItemFailures;
  if (failures === undefined || failures === null || failures.length === 0) return 'done';
  const places = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
  );
  return places.includes(-1) ? 'failed' : { from: Math.min(...places) };
}
