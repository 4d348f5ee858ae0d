import { createHash } from 'node:crypto';

import type { PutRecords } from '../../producers/kinesis-sink.ts';
import type { OpenShard } from '../../producers/shard-ring.ts';

type Records = Parameters<PutRecords>[0];
type Answer = Awaited<ReturnType<PutRecords>>;

/** A stream in memory. */
export interface FakeStream {
  readonly putRecords: PutRecords;
  readonly listShards: () => Promise<readonly OpenShard[]>;
  /** What was taken, in order: the text of the record and its shard. */
  readonly taken: { readonly text: string; readonly shard: string }[];
  /** Every request, taken or not: the texts. */
  readonly requests: string[][];
  /** How many times the shards were listed. */
  readonly listings: () => number;
  /** Replaces the open shards. */
  reshard(shards: readonly OpenShard[]): void;
}

/** `count` shards, with hash keys 0, 100, 200, ... */
export function makeShards(count: number, prefix = 'shard'): OpenShard[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${prefix}-${i}`, hashKey: String(i * 100) }));
}

/**
 * Makes a stream that takes everything but what `fails` names.
 * @param fails whether a record of a request (counted from 1) fails; it may throw for the whole request
 */
export function fakeStream(
  shards: readonly OpenShard[],
  fails: (request: number, text: string) => boolean | Promise<boolean> = () => false,
): FakeStream {
  let open = shards;
  let listings = 0;
  const taken: { text: string; shard: string }[] = [];
  const requests: string[][] = [];
  return {
    taken,
    requests,
    listings: () => listings,
    reshard: (next) => (open = next),
    listShards: () => {
      listings += 1;
      return Promise.resolve(open);
    },
    async putRecords(records: Records): Promise<Answer> {
      const number = requests.push(records.map(textOf));
      const results: NonNullable<Answer['Records']> = [];
      for (const record of records) {
        if (await fails(number, textOf(record))) {
          results.push({ ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' });
          continue;
        }
        const shard = shardOf(open, record.ExplicitHashKey);
        taken.push({ text: textOf(record), shard });
        results.push({ ShardId: shard, SequenceNumber: String(taken.length) });
      }
      return { Records: results };
    },
  };
}

function textOf({ Data }: Records[number]): string {
  const text = Buffer.from(Data ?? []).toString('utf8');
  return text.length <= 100 ? text : createHash('sha256').update(text).digest('hex');
}

function shardOf(shards: readonly OpenShard[], hashKey = '0'): string {
  return shards.findLast((shard) => Number(shard.hashKey) <= Number(hashKey))?.id ?? '';
}
