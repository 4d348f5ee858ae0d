import { peakMb } from '../../bench/run-child.ts';
import { kinesisSink, type PutRecords } from '../../producers/kinesis-sink.ts';
import { consecutiveRun } from '../../producers/checkpoint.ts';
import { runProducer } from '../../producers/run-producer.ts';
import { shardRing } from '../../producers/shard-ring.ts';
import { fileSource } from '../../producers/sources/file.ts';
import { wait } from '../../producers/wait.ts';

/** Sends a file through the real producer to a stream in memory that only counts. */
const [path = ''] = process.argv.slice(2);
const totals = { puts: 0, bytes: 0 };
const putRecords: PutRecords = (records) => {
  totals.puts += 1;
  for (const { Data } of records) totals.bytes += Data?.byteLength ?? 0;
  return Promise.resolve({ Records: records.map((_, i) => ({ SequenceNumber: String(i), ShardId: 'shard-0' })) });
};
const sink = kinesisSink({
  streamName: 'soak',
  putRecords,
  shards: await shardRing(() => Promise.resolve([{ id: 'shard-0', hashKey: '0' }])),
  wait,
  random: Math.random,
});
const { sent, rejected } = await runProducer({
  source: fileSource(path, 0),
  sink,
  stop: new AbortController().signal,
  run: consecutiveRun(),
  now: Date.now,
  onAccepted: () => undefined,
  onRejected: () => undefined,
});
console.log(JSON.stringify({ ...totals, sent, rejected, peakMb: peakMb() }));
