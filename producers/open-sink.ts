import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { SetupError } from '../deployment/command-line.ts';
import { readIngestion } from '../deployment/read-outputs.ts';
import { clientConfig, type Target } from '../deployment/target.ts';
import { kinesisSink, type KinesisSink } from './kinesis-sink.ts';
import { fatalPutError } from './put-error.ts';
import { listShardsOf, shardRing, type ShardRing } from './shard-ring.ts';
import { wait } from './wait.ts';

/** A request that hangs is sent again; a record that was stored all the same counts once, as every repetition. */
const REQUEST_TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true } as const;

/** The sink of a deployed app's stream. @throws TargetError or SetupError for what a person must put right */
export async function openSink(target: Target, preset: string): Promise<OpenSink> {
  const { StreamName } = await readIngestion(target, preset);
  // HTTP/1.1 and no retries of its own: the sink knows which records to send again.
  const kinesis = new KinesisClient({
    ...clientConfig(target),
    requestHandler: new NodeHttpHandler(REQUEST_TIMEOUTS),
    maxAttempts: 1,
  });
  const sink = kinesisSink({
    streamName: StreamName,
    putRecords: (Records, abortSignal) =>
      kinesis.send(new PutRecordsCommand({ StreamName, Records: [...Records] }), { abortSignal }),
    shards: await openRing(kinesis, StreamName),
    wait,
    random: Math.random,
  });
  return { ...sink, destroy: () => kinesis.destroy() };
}

/** A sink with the connections that it sends over. */
export interface OpenSink extends KinesisSink {
  destroy(): void;
}

async function openRing(kinesis: KinesisClient, streamName: string): Promise<ShardRing> {
  try {
    return await shardRing(listShardsOf(kinesis, streamName));
  } catch (error) {
    const fatal = fatalPutError(error, streamName);
    throw fatal === undefined ? error : new SetupError(fatal.message, { cause: error });
  }
}
