import { encodeEvent } from '../../producers/encode-event.ts';
import { kinesisSink, type PutRecords } from '../../producers/kinesis-sink.ts';
import { shardRing } from '../../producers/shard-ring.ts';
import { seededRandom } from '../../producers/sources/generator/random.ts';
import { wait } from '../../producers/wait.ts';
import { BENCH_NOW_MS, eventRecords } from '../inputs.ts';
import { peakMb } from '../run-child.ts';

/** Sends events through the real sink to a stream in memory that refuses a share of the entries, and counts what arrives. */
const [count = 0, refusedShare = 0] = process.argv.slice(2).map(Number);
const random = seededRandom(3);
const events = eventRecords(1_000).map((record) => JSON.parse(Buffer.from(record).toString('utf8')) as { id: string });
const arrived = new Uint8Array(count);
const totals = { puts: 0, entries: 0, missing: 0, twice: 0 };

const putRecords: PutRecords = (records) => {
  totals.puts += 1;
  totals.entries += records.length;
  const results = records.map(({ Data }) => {
    if (random.chance(refusedShare)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
    const number = Number((JSON.parse(Buffer.from(Data ?? []).toString('utf8')) as { id: string }).id.slice(8));
    arrived[number] = (arrived[number] ?? 0) + 1;
    return { SequenceNumber: '1', ShardId: 'shard-0' };
  });
  return Promise.resolve({ Records: results });
};

const sink = kinesisSink({
  streamName: 'bench',
  putRecords,
  shards: await shardRing(() => Promise.resolve([{ id: 'shard-0', hashKey: '0' }])),
  wait: (_, signal) => wait(0, signal),
  random: () => random.next(),
});
const startedMs = performance.now();
for (let i = 0; i < count; i++) {
  const encoded = encodeEvent({ ...events[i % events.length], id: `twitter:${i}` }, BENCH_NOW_MS);
  if (!encoded.ok) throw new Error(encoded.reason);
  await sink.put(encoded.data, () => undefined);
}
await sink.flush();
const seconds = (performance.now() - startedMs) / 1_000;
for (const times of arrived) {
  if (times === 0) totals.missing += 1;
  if (times > 1) totals.twice += 1;
}
console.log(JSON.stringify({ ...totals, seconds, peakMb: peakMb() }));
