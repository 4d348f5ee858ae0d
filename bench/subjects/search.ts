import { setTimeout } from 'node:timers/promises';

import type { Client } from '@opensearch-project/opensearch';

import { backOff } from '../../storage/backoff.ts';
import { sendBulkBy } from '../../storage/search/bulk-request.ts';
import { bulkSink, type BulkSink } from '../../storage/search/bulk-sink.ts';
import { indexStorageOf } from '../../storage/search/index-storage.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';
import { startTestSearchServer } from '../../test/support/search-server.ts';
import { LAKE_BATCH, measureSink } from '../bulk-rates.ts';
import { against, percentile, timed, type Measurement, type Subject } from '../measurement.ts';
import { runChild } from '../run-child.ts';
import { SEARCH_SETTINGS, searchPosts } from '../search-posts.ts';

const FEW_POSTS = 20_000;
const MANY_POSTS = 200_000;
const HEAP_MB = 64;
const PROBES = 100;
const MINUTE_MS = 60_000;
const DAY_SECONDS = 86_400;
/** The server looks at its disk every ten seconds (`index.store.stats_refresh_interval`). */
const STATISTICS_MS = 12_000;
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
    const sink = bulkSink({ send: sendBulkBy(client, { isCompressed: false }), pause: backOff, now: Date.now });
    return [
      ...(await measureSink({ url: server.url, client, sink })),
      ...(await measureMemory(server.url, client)),
      ...(await measureDisk(client)),
      ...(await measureFindable(client, sink)),
    ];
  },
};

async function measureMemory(url: string, client: Client): Promise<Measurement[]> {
  const few = await runChild('index-posts.ts', [url, String(FEW_POSTS), String(LAKE_BATCH)], { heapMb: HEAP_MB });
  await client.indices.delete({ index: INDEX });
  const many = await runChild('index-posts.ts', [url, String(MANY_POSTS), String(LAKE_BATCH)], { heapMb: HEAP_MB });
  const memory = (count: string, value = Number.NaN): Measurement => ({
    what: `memory of putting ${count} posts into the index, heap of ${HEAP_MB} MB`,
    value,
    unit: 'MB',
  });
  return against(memory('20,000', few['peakMb']), [memory('200,000', many['peakMb'])]);
}

/** Of what the index holds then, as it is: nothing in the app merges by force. The days are those of that figure. */
async function measureDisk(client: Client): Promise<Measurement[]> {
  const running = await bytesOfPost(client);
  await client.indices.forcemerge({ index: INDEX, max_num_segments: 1 }, { requestTimeout: 5 * MINUTE_MS });
  const merged = await bytesOfPost(client);
  const days = (rate: number): Measurement => ({
    what: `10 GiB of disk, 70 % of it used, hold at ${rate} posts/s`,
    value: ROOM_BYTES / running / rate / DAY_SECONDS,
    unit: 'days',
  });
  return [
    ...against({ what: 'a post on disk, as the server merges by itself', value: running, unit: 'bytes' }, [
      { what: 'a post on disk, after a forced merge', value: merged, unit: 'bytes' },
    ]),
    days(1),
    days(100),
    {
      what: 'most posts/s of which 10 GiB hold a month of 31 days',
      value: ROOM_BYTES / running / 31 / DAY_SECONDS,
      unit: 'posts/s',
    },
  ];
}

/** When merges are done and what was merged is gone. */
async function bytesOfPost(client: Client): Promise<number> {
  await client.indices.refresh({ index: INDEX });
  let before = Number.NaN;
  let bytes = await indexBytes(client);
  while (bytes !== before || (await isMerging(client))) {
    before = bytes;
    await setTimeout(STATISTICS_MS);
    bytes = await indexBytes(client);
  }
  // The statistics count what is nested as well.
  const { body } = await client.count({ index: INDEX });
  return bytes / body.count;
}

async function indexBytes(client: Client): Promise<number> {
  const indices = await indexStorageOf(client, SEARCH_SETTINGS.alias).list();
  return indices.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function isMerging(client: Client): Promise<boolean> {
  const { body } = await client.indices.stats({ index: INDEX, metric: ['merge'] });
  return (body._all.total?.merges?.current ?? 0) > 0;
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
