import { expect, test } from 'vitest';

import { documentOf } from '../../core/search/post-document.ts';
import { searchEngine } from '../../core/search/search-engine.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { bulkSink } from '../../storage/search/bulk-sink.ts';
import { indexItems, type FeedItem } from '../../storage/search/index-events.ts';
import { describeSearch } from '../support/describe-search.ts';
import { makeDelete, makePost } from '../support/make-event.ts';
import { searchWorld, type SearchWorld } from '../support/search-world.ts';

const EVERYTHING = { match_all: {} };

function itemOf(event: SocialEvent): FeedItem {
  const record = { shardId: 's', sequenceNumber: '1', partitionKey: 'p', arrivedAtMs: 0, data: new Uint8Array() };
  return { parsed: { ok: true, event }, record };
}

function seen(minute: number, likes: number) {
  return makePost({ observed_at: `2026-11-20T18:${String(minute).padStart(2, '0')}:00.000Z`, metrics: { likes } });
}

function gone(minute: number) {
  return makeDelete({ observed_at: `2026-11-20T18:${String(minute).padStart(2, '0')}:00.000Z` });
}

/** Everything that the index holds of a post, also what nobody finds. */
async function stored({ client, alias }: SearchWorld): Promise<unknown[]> {
  const { body } = await client.search({ index: `${alias}-*`, body: { query: EVERYTHING } });
  return body.hits.hits.map(({ _source }) => _source);
}

describeSearch('a post that was seen several times', (url) => {
  test.each([
    ['in order', [seen(1, 10), seen(2, 20), seen(3, 30)]],
    ['out of order', [seen(3, 30), seen(1, 10), seen(2, 20)]],
    ['twice', [seen(3, 30), seen(3, 30), seen(1, 10), seen(1, 10)]],
  ])('%s is one document with the newest metrics', async (_, events) => {
    const world = await searchWorld(url);
    await world.index(...events);

    expect(await stored(world)).toEqual([documentOf(seen(3, 30), searchEngine(world.settings))]);
  });

  test.each([
    ['a delete after it', [seen(1, 10), gone(2)], []],
    ['a delete before it arrived', [gone(2), seen(1, 10)], []],
    ['a delete of the same moment', [seen(2, 10), gone(2)], []],
    ['a delete of the same moment that came first', [gone(2), seen(2, 10)], []],
    ['an observation newer than the delete', [gone(2), seen(3, 30)], ['twitter:1']],
    ['an observation newer than the delete that came last', [seen(3, 30), gone(2)], ['twitter:1']],
  ] as const)('and has %s is there as the greatest version says', async (_, events, ids) => {
    const { index, find } = await searchWorld(url);
    await index(...events);

    expect(await find(EVERYTHING)).toEqual(ids);
  });

  test('and deleted stays deleted when the server has merged, and forgotten what it deleted', async () => {
    const world = await searchWorld(url);
    const { client, alias, index, find } = world;
    await index(seen(1, 10), gone(5));
    await client.indices.putSettings({ index: `${alias}-*`, body: { index: { gc_deletes: '0ms' } } });
    await client.indices.flush({ index: `${alias}-*`, force: true });
    await client.indices.forcemerge({ index: `${alias}-*`, max_num_segments: 1 });

    await index(seen(4, 40), seen(1, 10));

    expect(await find(EVERYTHING)).toEqual([]);
    expect(await stored(world)).toEqual([documentOf(gone(5), searchEngine(world.settings))]);
  });
});

describeSearch('posts of several months', (url) => {
  const LAST = makePost({ id: 'twitter:last', created_at: '2026-10-31T23:59:59.999Z' });
  const FIRST = makePost({ id: 'twitter:first', created_at: '2026-11-01T00:00:00.000Z' });

  test('are kept by month and found together', async () => {
    const { index, find, search, alias } = await searchWorld(url);
    await index(FIRST, LAST);

    const { hits } = await search({ query: EVERYTHING, sort: ['created_at'] });

    expect(hits.hits.map(({ _index, _source }) => [_index, _source.id])).toEqual([
      [`${alias}-2026.10`, 'twitter:last'],
      [`${alias}-2026.11`, 'twitter:first'],
    ]);
    expect(await find({ range: { created_at: { gte: '2026-11-01' } } })).toEqual(['twitter:first']);
  });

  test('leave tombstones out, in every month', async () => {
    const { index, find } = await searchWorld(url);
    await index(FIRST, LAST, makeDelete({ id: 'twitter:last', created_at: LAST.created_at }));

    expect(await find(EVERYTHING)).toEqual(['twitter:first']);
  });

  test('of months that are past the retention as a whole are counted, and not indexed', async () => {
    const world = await searchWorld(url);
    const { settings } = world;
    const nowMs = Date.parse('2026-11-20T18:00:00.000Z');
    const limit = new Date(nowMs - settings.retentionDays * 86_400_000);
    const monthMs = Date.UTC(limit.getUTCFullYear(), limit.getUTCMonth());
    const events = [monthMs - 1, monthMs].map((ms, i) =>
      makePost({ id: `twitter:${i}`, created_at: new Date(ms).toISOString() }),
    );
    const now = (): number => nowMs;
    const sink = bulkSink({ send: world.send, pause: () => Promise.resolve(), now });
    const keepRejected = (): Promise<void> => Promise.reject(new Error('nothing is rejected here'));
    const deps = { sink, settings, engine: searchEngine(settings), now, keepRejected };

    const { counts } = await indexItems(deps, events.map(itemOf), nowMs + 60_000);
    await world.refresh();

    expect(counts).toEqual({ indexed: 1, stale: 0, tooOld: 1, rejected: {} });
    expect(await world.find(EVERYTHING)).toEqual(['twitter:1']);
  });
});
