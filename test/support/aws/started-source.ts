import type { KinesisStreamEvent } from 'aws-lambda';
import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { virtualClock, type VirtualClock } from '../virtual-clock.ts';
import { eventSourceMapping, type EventSourceMapping, type MappingSettings } from './event-source-mapping.ts';
import type { FailedBatch } from './kinesis-event.ts';
import { simulatedStream, type SimulatedStream, type StoredRecord } from './kinesis.ts';
import { network } from './network.ts';

/** When a source starts. */
export const START_MS = Date.UTC(2026, 10, 20, 17, 0);
const LONG_MS = 10 * 60_000;
const SETTINGS: MappingSettings = {
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: false,
};

/** Something that the function was invoked with. */
export interface Invocation {
  /** Seconds after the beginning. */
  readonly atSecond: number;
  readonly texts: readonly string[];
}

export interface Setup extends Partial<MappingSettings> {
  readonly shards?: number;
  /** What the function does with its n-th invocation, from 1 on. */
  readonly respond?: (texts: readonly string[], n: number, event: KinesisStreamEvent) => unknown;
}

/** A stream with a function behind it, and what has come of it. */
export interface Source {
  readonly clock: VirtualClock;
  readonly stream: SimulatedStream;
  readonly mapping: EventSourceMapping;
  readonly invocations: Invocation[];
  readonly givenUp: FailedBatch[];
  readonly put: (texts: readonly string[], options?: { partitionKey?: string; shard?: number }) => Promise<void>;
  /** The texts of each invocation after a long time. */
  readonly batches: () => Promise<readonly (readonly string[])[]>;
}

/** Starts an event source mapping over an empty stream, with everything off that can be turned off. */
export function startSource({ shards = 1, respond = () => undefined, ...settings }: Setup = {}): Source {
  const clock = virtualClock(START_MS);
  const stream = simulatedStream(network(clock, seededRandom(7)), shards);
  const invocations: Invocation[] = [];
  const givenUp: FailedBatch[] = [];
  const putRecords = stream.putRecordsOf({ name: 'test', isAlive: true });
  const mapping = eventSourceMapping({
    stream,
    clock,
    settings: { ...SETTINGS, ...settings },
    async invoke(event) {
      const texts = textsOf(event);
      invocations.push({ atSecond: Math.round((clock.now() - START_MS) / 1_000), texts });
      return respond(texts, invocations.length, event);
    },
    onFailure: (batch) => void givenUp.push(batch),
  });
  return {
    clock,
    stream,
    mapping,
    invocations,
    givenUp,
    async put(texts, { partitionKey = 'k', shard } = {}) {
      const hashKey = shard === undefined ? undefined : String(stream.shards[shard]?.fromKey);
      const entries = texts.map((text) => ({
        Data: Buffer.from(text),
        PartitionKey: partitionKey,
        ExplicitHashKey: hashKey,
      }));
      await clock.run(putRecords(entries, new AbortController().signal));
    },
    async batches() {
      await clock.runUntil(START_MS + LONG_MS);
      return invocations.map(({ texts }) => texts);
    },
  };
}

function textsOf({ Records }: KinesisStreamEvent): string[] {
  return Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString('utf8'));
}

/** `0`, `1`, …: that many texts. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

/** What a function does that fails. */
export function fail(): never {
  throw new Error('the function failed');
}

/** The texts of each batch that was given up. */
export function givenUpTexts({ givenUp }: Source): string[][] {
  return givenUp.map(({ records }) => records.map(textOf));
}

/** The text of a record. */
export function textOf({ data }: StoredRecord): string {
  return Buffer.from(data).toString('utf8');
}
