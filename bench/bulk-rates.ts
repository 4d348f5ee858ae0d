import { Agent, request } from 'node:http';

import type { Client } from '@opensearch-project/opensearch';

import { backOff } from '../storage/backoff.ts';
import { bulkBody, type BulkOperation, type SendBulk } from '../storage/search/bulk-request.ts';
import { bulkSink, type BulkSink } from '../storage/search/bulk-sink.ts';
import { against, percentile, timed, type Measurement } from './measurement.ts';
import { SEARCH_SETTINGS, searchPosts } from './search-posts.ts';

/** What a batch of a feed has: `index-stream` and `index-table` 500 events at most, `index-lake` 1,000 lines. */
const TABLE_BATCH = 500;
export const LAKE_BATCH = 1_000;
/** Of what raw `_bulk` stores in the same time; below it the bench fails. At 500 posts it is told alone. */
const LEAST_RATIO = { [TABLE_BATCH]: undefined, [LAKE_BATCH]: 0.9 } as const;
const POSTS = 5_000;
const RUNS = 16;
const MINUTE_MS = 60_000;

type BatchSize = keyof typeof LEAST_RATIO;

interface BulkWorld {
  readonly url: string;
  readonly client: Client;
  readonly sink: BulkSink;
}

/** The same posts, a way to write them, and how long that took each time. */
interface Contender {
  readonly work: () => Promise<void>;
  readonly ms: number[];
}

/**
 * The sink beside raw `_bulk` of the same bodies, by batches as the feeds have them. All take turns, in the opposite order
 * every other time, so that they have the same of what else the machine does; the first round warms the server up. The
 * ratios are those of the medians.
 */
export async function measureSink(world: BulkWorld): Promise<Measurement[]> {
  const table = await contendersOf(world, TABLE_BATCH);
  const lake = await contendersOf(world, LAKE_BATCH);
  const turns = [table.raw, table.ours, lake.raw, lake.ours];
  for (let run = 0; run <= RUNS; run++)
    for (const { work, ms } of run % 2 === 0 ? turns : turns.toReversed())
      ms.push(await timedOnEmpty(world.client, work));
  return [...rowsOf(TABLE_BATCH, table), ...rowsOf(LAKE_BATCH, lake)];
}

function rowsOf(size: BatchSize, { raw, ours }: Readonly<Record<'raw' | 'ours', Contender>>): Measurement[] {
  const perSecond = ({ ms }: Contender): number => (POSTS / percentile(ms.slice(1), 0.5)) * 1_000;
  const posts = `${size.toLocaleString('en-US')} posts at a time`;
  return against({ what: `raw _bulk, ${posts}`, value: perSecond(raw), unit: 'posts/s' }, [
    { what: `the sink, same bodies, ${posts}`, value: perSecond(ours), unit: 'posts/s', leastRatio: LEAST_RATIO[size] },
  ]);
}

function batchesOf(size: number): BulkOperation[][] {
  const posts = searchPosts(1);
  return Array.from({ length: POSTS / size }, () => Array.from({ length: size }, () => posts.next().value));
}

async function contendersOf({ url, sink }: BulkWorld, size: BatchSize): Promise<Record<'raw' | 'ours', Contender>> {
  const batches = batchesOf(size);
  const bodies = await bodiesOf(batches);
  return {
    raw: { work: () => postRaw(url, bodies), ms: [] },
    ours: { work: () => writeBy(sink, batches), ms: [] },
  };
}

/** A batch after the other, as a function gets them. */
async function writeBy(sink: BulkSink, batches: readonly BulkOperation[][]): Promise<void> {
  for (const batch of batches) {
    const { stored } = await sink.write(batch, Date.now() + MINUTE_MS);
    if (stored !== batch.length) throw new Error(`only ${stored} of ${batch.length} posts were stored`);
  }
}

/** The bodies that the sink makes, before they are compressed. */
async function bodiesOf(batches: readonly BulkOperation[][]): Promise<Buffer[]> {
  const bodies: Buffer[] = [];
  const send: SendBulk = async (sent) => {
    bodies.push(Buffer.from(bulkBody(sent)));
    return sent.map(() => ({ status: 201 }));
  };
  await writeBy(bulkSink({ send, pause: backOff, now: Date.now }), batches);
  return bodies;
}

async function timedOnEmpty(client: Client, work: () => Promise<void>): Promise<number> {
  await client.indices.delete({ index: `${SEARCH_SETTINGS.alias}-*`, allow_no_indices: true });
  return (await timed(work)).ms;
}

async function postRaw(url: string, bodies: readonly Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const body of bodies) {
    const answer = await post(`${url}/_bulk?filter_path=errors,items.*.status`, body, agent);
    if (!answer.startsWith('{"errors":false')) throw new Error('the server did not take everything');
  }
  agent.destroy();
}

function post(url: string, body: Buffer, agent: Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.byteLength };
  const sent = request(url, { method: 'POST', headers, agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve(text)).on('error', reject);
  });
  sent.on('error', reject).end(body);
  return promise;
}
