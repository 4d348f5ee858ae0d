import { setTimeout as sleep } from 'node:timers/promises';

import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod';

import { readIngestion } from '../../deployment/read-outputs.ts';
import { clientConfig, type Target } from '../../deployment/target.ts';
import type { Found } from './ledger.ts';

const EVERY_MS = 500;
const EventSchema = z.object({ id: z.string(), kind: z.string(), text: z.string().optional() });

/** Reads the stream of a deployed app from its beginning. */
export interface StreamReader {
  /** Reads what is left, and ends. @throws what reading has thrown */
  finish(): Promise<void>;
}

/** Starts one. @param onEvent told of every event as it stands on the stream */
export async function streamReader(
  target: Target,
  preset: string,
  onEvent: (event: Found) => void,
): Promise<StreamReader> {
  const { StreamName } = await readIngestion(target, preset);
  const kinesis = new KinesisClient({ ...clientConfig(target), requestHandler: new NodeHttpHandler() });
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const finishing = new AbortController();
  const readings = Shards.map(async ({ ShardId }) => {
    const first = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    let { ShardIterator } = await kinesis.send(first);
    for (;;) {
      const isLast = finishing.signal.aborted;
      const { Records = [], NextShardIterator } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
      for (const { Data } of Records) onEvent(EventSchema.parse(JSON.parse(Buffer.from(Data ?? []).toString('utf8'))));
      if (NextShardIterator === undefined || (isLast && Records.length === 0)) return;
      ShardIterator = NextShardIterator;
      if (Records.length === 0) await sleep(EVERY_MS, undefined, { signal: finishing.signal }).catch(() => undefined);
    }
  });
  const all = Promise.all(readings);
  // What it throws is told at the end.
  all.catch(() => undefined);
  return {
    async finish() {
      finishing.abort();
      await all;
      kinesis.destroy();
    },
  };
}
