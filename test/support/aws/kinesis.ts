import { createHash } from 'node:crypto';

import type { OpenShard } from '../../../producers/shard-ring.ts';
import type { PutRecords } from '../../../producers/kinesis-sink.ts';
import { changes, type Changes } from './changes.ts';
import type { Network, Process } from './network.ts';

/** A record as the stream keeps it. */
export interface StoredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** A part of a stream: the hash keys in [fromKey, toKey). */
export interface SimulatedShard {
  readonly id: string;
  readonly fromKey: bigint;
  readonly toKey: bigint;
  /** The shards that it was made of; to be read to their end before it. */
  readonly parents: readonly SimulatedShard[];
  /** In the order of their sequence numbers. */
  readonly records: readonly StoredRecord[];
  readonly isClosed: boolean;
}

/** A Kinesis stream in memory. */
export interface SimulatedStream {
  /** All shards there ever were, oldest first. */
  readonly shards: readonly SimulatedShard[];
  /** Tells of records and of shards. */
  readonly changes: Changes;
  putRecordsOf(process: Process): PutRecords;
  listShards(): Promise<readonly OpenShard[]>;
  /** Cuts an open shard in two. */
  split(shard: SimulatedShard): void;
  /** Makes one of two open shards whose hash keys touch. */
  merge(a: SimulatedShard, b: SimulatedShard): void;
}

interface Shard extends SimulatedShard {
  readonly records: StoredRecord[];
  isClosed: boolean;
}

type Entry = Parameters<PutRecords>[0][number];

const REFUSED = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard' };
const KEYS = 1n << 128n;
/** So that sequence numbers have as many digits as the real ones: a double could not hold them. */
const FIRST_SEQUENCE = 4966n * 10n ** 52n;

/** A stream with `shardCount` shards of equal size behind a network. */
export function simulatedStream(net: Network, shardCount: number): SimulatedStream {
  const shards: Shard[] = [];
  const changed = changes();
  let sequence = FIRST_SEQUENCE;
  const add = (fromKey: bigint, toKey: bigint, parents: readonly Shard[] = []): void => {
    const id = `shardId-${String(shards.length).padStart(12, '0')}`;
    for (const parent of parents) parent.isClosed = true;
    shards.push({ id, fromKey, toKey, parents, records: [], isClosed: false });
    changed.tell();
  };
  const step = KEYS / BigInt(shardCount);
  for (let i = 0; i < shardCount; i++) add(step * BigInt(i), i === shardCount - 1 ? KEYS : step * BigInt(i + 1));

  const open = (): Shard[] => shards.filter((shard) => !shard.isClosed);
  const take = ({ Data: data = new Uint8Array(), PartitionKey: partitionKey = '', ExplicitHashKey }: Entry) => {
    const hashKey = ExplicitHashKey === undefined ? hashOf(partitionKey) : BigInt(ExplicitHashKey);
    const shard = open().find(({ fromKey, toKey }) => hashKey >= fromKey && hashKey < toKey);
    if (shard === undefined) throw new RangeError(`no shard has the hash key ${hashKey}`);
    const sequenceNumber = String((sequence += 1n));
    shard.records.push({ shardId: shard.id, sequenceNumber, partitionKey, data, arrivedAtMs: net.clock.now() });
    changed.tell();
    return { ShardId: shard.id, SequenceNumber: sequenceNumber };
  };
  return {
    shards,
    changes: changed,
    listShards: () => Promise.resolve(open().map(({ id, fromKey }) => ({ id, hashKey: String(fromKey) }))),
    split(shard) {
      const middle = (shard.fromKey + shard.toKey) / 2n;
      const parent = openShard(open(), shard);
      add(shard.fromKey, middle, [parent]);
      add(middle, shard.toKey, [parent]);
    },
    merge(a, b) {
      const [left, right] = a.fromKey < b.fromKey ? [a, b] : [b, a];
      if (left.toKey !== right.fromKey) throw new RangeError('these shards do not touch');
      add(left.fromKey, right.toKey, [openShard(open(), left), openShard(open(), right)]);
    },
    putRecordsOf: (process) => (records) =>
      net.call(process, {
        name: `PutRecords ${records.length}`,
        throttle: () => new Error('the stream does not answer'),
        effect: () => {
          // A request is not taken as a whole: each entry may fail by itself.
          const isPartial = net.isPartial();
          return { Records: records.map((entry) => (isPartial && net.random.chance(0.5) ? REFUSED : take(entry))) };
        },
      }),
  };
}

function openShard(open: readonly Shard[], wanted: SimulatedShard): Shard {
  const shard = open.find(({ id }) => id === wanted.id);
  if (shard === undefined) throw new RangeError(`${wanted.id} is not open`);
  return shard;
}

/** https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key */
function hashOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}
