import { Agent, request } from 'node:http';

import type { Client } from '@opensearch-project/opensearch';

import { backOff } from '../../storage/backoff.ts';
import { bulkBody, sendBulkBy, type BulkOperation, type SendBulk } from '../../storage/search/bulk-request.ts';
import { bulkSink, type BulkSink } from '../../storage/search/bulk-sink.ts';
import { indexStorageOf } from '../../storage/search/index-storage.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';
import { startTestSearchServer } from '../../test/support/search-server.ts';
import { against, percentile, timed, type Measurement, type Subject } from '../measurement.ts';
import { runChild } from '../run-child.ts';
import { SEARCH_SETTINGS, searchPosts } from '../search-posts.ts';

const POSTS = 5_000;
const RUNS = 16;
const FEW_POSTS = 20_000;
const MANY_POSTS = 200_000;
const HEAP_MB = 64;
const PROBES = 100;
const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;
/** What retention leaves the index of a disk of 10 GiB. */
const ROOM_BYTES = 0.7 * 10 * 1024 ** 3;
const INDEX = `${SEARCH_SETTINGS.alias}-*`;

/** The way into the index, on the real server. */
export const search: Subject = {
  name: 'search',
  about: 'the bulk sink against raw _bulk on the real OpenSearch; its memory; disk of a post; until it is found',
  async measure() {
    await using server = await startTestSearchServer();
    const client = searchClient({ endpoint: server.url });
    await setUpIndex(client, SEARCH_SETTINGS);
    const sink = bulkSink({ send: sendBulkBy(client), pause: backOff, now: Date.now });
    return [
      ...(await measureSink(server.url, client, sink)),
      ...(await measureMemory(server.url, client)),
      ...(await measureDisk(client)),
      ...(await measureFindable(client, sink)),
    ];
  },
};

/**
 * Each time a turn of both, either first in every other one, so that both have the same of what else the machine does; the
 * first warms the server up. The ratio is that of the medians.
 */
async function measureSink(url: string, client: Client, sink: BulkSink): Promise<Measurement[]> {
  const operations = [...searchPosts(1).take(POSTS)];
  const bodies = await bodiesOf(operations);
  const raw: number[] = [];
  const ours: number[] = [];
  const turns = [
    async () => void raw.push(await timedOnEmpty(client, () => postRaw(url, bodies))),
    async () => void ours.push(await timedOnEmpty(client, () => writeBy(sink, operations))),
  ];
  for (let run = 0; run <= RUNS; run++) for (const turn of run % 2 === 0 ? turns : turns.toReversed()) await turn();
  const perSecond = (times: readonly number[]): number => (POSTS / percentile(times.slice(1), 0.5)) * 1_000;
  return against({ what: 'raw _bulk, one request after the other', value: perSecond(raw), unit: 'posts/s' }, [
    { what: 'the sink, same bodies', value: perSecond(ours), unit: 'posts/s' },
  ]);
}

async function writeBy(sink: BulkSink, operations: readonly BulkOperation[]): Promise<void> {
  const { stored } = await sink.write(operations, Date.now() + MINUTE_MS);
  if (stored !== operations.length) throw new Error(`only ${stored} posts were stored`);
}

/** The bodies that the sink makes, before they are compressed. */
async function bodiesOf(operations: readonly BulkOperation[]): Promise<Buffer[]> {
  const bodies: Buffer[] = [];
  const send: SendBulk = async (sent) => {
    bodies.push(Buffer.from(bulkBody(sent)));
    return sent.map(() => ({ status: 201 }));
  };
  await writeBy(bulkSink({ send, pause: backOff, now: Date.now }), operations);
  return bodies;
}

async function timedOnEmpty(client: Client, work: () => Promise<void>): Promise<number> {
  await client.indices.delete({ index: INDEX, allow_no_indices: true });
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

async function measureMemory(url: string, client: Client): Promise<Measurement[]> {
  const few = await runChild('index-posts.ts', [url, String(FEW_POSTS)], { heapMb: HEAP_MB });
  await client.indices.delete({ index: INDEX });
  const many = await runChild('index-posts.ts', [url, String(MANY_POSTS)], { heapMb: HEAP_MB });
  const memory = (count: string, value = Number.NaN): Measurement => ({
    what: `memory of putting ${count} posts into the index, heap of ${HEAP_MB} MB`,
    value,
    unit: 'MB',
  });
  return against(memory('20,000', few['peakMb']), [memory('200,000', many['peakMb'])]);
}

/** Of what the index holds then: a single segment, as old months are. */
async function measureDisk(client: Client): Promise<Measurement[]> {
  await client.indices.forcemerge({ index: INDEX, max_num_segments: 1 }, { requestTimeout: 5 * MINUTE_MS });
  await client.indices.flush({ index: INDEX, force: true });
  // Segments that were merged are removed when nobody reads them any more.
  await client.indices.refresh({ index: INDEX });
  // The statistics count what is nested as well.
  const { body: counted } = await client.count({ index: INDEX });
  const months = await indexStorageOf(client, SEARCH_SETTINGS.alias).list();
  const bytes = months.reduce((sum, month) => sum + month.bytes, 0) / counted.count;
  const days = (rate: number): Measurement => ({
    what: `10 GiB of disk, 70 % of it used, hold at ${rate} posts/s`,
    value: ROOM_BYTES / bytes / rate / DAY_SECONDS,
    unit: 'days',
  });
  return [
    { what: 'a post on disk, after a forced merge', value: bytes, unit: 'bytes' },
    days(1),
    days(100),
    {
      what: 'most posts/s of which 10 GiB hold a month of 31 days',
      value: ROOM_BYTES / bytes / 31 / DAY_SECONDS,
      unit: 'posts/s',
    },
  ];
}

/** From the call of the sink, without the refresh that the server makes by itself. */
async function measureFindable(client: Client, sink: BulkSink): Promise<Measurement[]> {
  const stored: number[] = [];
  const found: number[] = [];
  for (const operation of searchPosts(9).take(PROBES)) {
    const { id, index } = operation;
    const get = await timed(async () => {
      await sink.write([operation], Date.now() + MINUTE_MS);
      await client.get({ index, id });
    });
    const searched = await timed(async () => {
      await client.indices.refresh({ index });
      const { body } = await client.search({ index, body: { query: { term: { id } } } });
      if (body.hits.hits.length !== 1) throw new Error('the post is not found');
    });
    stored.push(get.ms);
    found.push(get.ms + searched.ms);
  }
  return [0.5, 0.95].flatMap((share) => [
    {
      what: `post into the sink until a read by id finds it, p${share * 100}`,
      value: percentile(stored, share),
      unit: 'ms',
    },
    {
      what: `post into the sink until a search finds it, refresh at once, p${share * 100}`,
      value: percentile(found, share),
      unit: 'ms',
    },
  ]);
}
