import { ListShardsCommand, type KinesisClient, type Shard } from '@aws-sdk/client-kinesis';

/** A shard that takes records, and the hash key that leads to it. */
export interface OpenShard {
  readonly id: string;
  readonly hashKey: string;
}

/** Lists the shards that take records now, in order of their id; there is always one. */
export type ListOpenShards = () => Promise<readonly OpenShard[]>;

/** The open shards in turn. */
export interface ShardRing {
  /** The hash key of the next shard; the turn goes on over the whole life of the ring, from the first shard. */
  next(): string;
  /** Whether a record that was meant for an open shard may land in this one. */
  knows(shardId: string): boolean;
  /** Lists the shards again. */
  refresh(): Promise<void>;
}

/** Makes a ring of the shards that are open now. */
export async function shardRing(listOpenShards: ListOpenShards): Promise<ShardRing> {
  let shards = await listOpenShards();
  let turn = 0;
  return {
    next() {
      const shard = shards[turn++ % shards.length];
      // Hash key 0 leads to an open shard of any stream.
      return shard?.hashKey ?? '0';
    },
    knows: (shardId) => shards.some(({ id }) => id === shardId),
    async refresh() {
      shards = await listOpenShards();
    },
  };
}

/** Lists the open shards of a stream; a closed shard is one with an ending sequence number. */
export function listShardsOf(kinesis: KinesisClient, streamName: string): ListOpenShards {
  return async () => {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      const page = await kinesis.send(
        new ListShardsCommand(
          token === undefined ? { StreamName: streamName, ShardFilter: { Type: 'AT_LATEST' } } : { NextToken: token },
        ),
      );
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return shards
      .filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined)
      .map((shard) => ({ id: shard.ShardId ?? '', hashKey: shard.HashKeyRange?.StartingHashKey ?? '0' }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  };
}
