import { expect, test } from 'vitest';

import { trimSearch } from '../../lambdas/trim-search/trim-search.ts';
import { indexStorageOf } from '../../storage/search/index-storage.ts';
import { setUpIndex } from '../../storage/search/setup-index.ts';
import { SEARCH_SETTINGS, indexWorld, operationsOf } from '../support/bulk-world.ts';
import { describeSearch } from '../support/describe-search.ts';
import { makePost } from '../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');

/** An index with some posts in each of these months. */
async function worldOf(url: string, months: readonly string[]) {
  const world = await indexWorld(url);
  const posts = months.flatMap((month, m) =>
    Array.from({ length: 50 }, (_, i) =>
      makePost({ id: `twitter:${m}-${i}`, created_at: `${month}-15T12:00:00.000Z`, text: `post ${i} of ${month}` }),
    ),
  );
  await world.sink.write(operationsOf(posts), Date.now() + 60_000);
  await world.client.indices.flush({ index: 'posts-*', allow_no_indices: true });
  const storage = indexStorageOf(world.client, SEARCH_SETTINGS.alias);
  const trim = (settings: { maxBytes?: number } = {}) =>
    trimSearch({
      storage,
      settings: { ...SEARCH_SETTINGS, ...settings },
      now: () => NOW_MS,
      report: () => undefined,
    })();
  const names = async () => Object.keys((await world.client.indices.get({ index: '*' })).body).toSorted();
  return { ...world, storage, trim, names };
}

describeSearch('trim-search on the real server', (url) => {
  test('measures what is there', async () => {
    const { storage } = await worldOf(url, ['2026-11', '2026-10']);
    const sizes = await storage.list();

    expect(sizes.map(({ index }) => index).toSorted()).toEqual(['posts-2026.10', 'posts-2026.11']);
    expect(sizes.every(({ bytes }) => bytes > 1_000)).toBe(true);
  });

  test('removes a closed index when it is past the retention', async () => {
    const { client, trim, names } = await worldOf(url, ['2026-11', '2026-07']);
    await client.indices.close({ index: 'posts-2026.07' });

    expect(await trim()).toMatchObject({ pastRetention: 1 });
    expect(await names()).toEqual(['posts-2026.11']);
  });

  test('finds nothing to do on an empty server', async () => {
    const { trim } = await worldOf(url, []);

    expect(await trim()).toEqual({ bytes: 0, pastRetention: 0, overSize: 0, findableDays: 0 });
  });

  test('removes what is past the retention, and nothing that is not a month of the alias', async () => {
    const { client, trim, names } = await worldOf(url, ['2026-11', '2026-09', '2026-07', '2025-12']);
    for (const index of ['posts-archive', 'nba-posts-2020.01', 'posts-2020.01-old', 'mine'])
      await client.indices.create({ index });

    expect(await trim()).toMatchObject({ pastRetention: 2, overSize: 0, findableDays: 81 });
    expect(await names()).toEqual(
      ['mine', 'nba-posts-2020.01', 'posts-2020.01-old', 'posts-2026.09', 'posts-2026.11', 'posts-archive'].toSorted(),
    );
  });

  test('removes the oldest months until the others have room, and the next post makes its month again', async () => {
    const { storage, trim, names, sink } = await worldOf(url, ['2026-11', '2026-10', '2026-09']);
    const sizes = new Map((await storage.list()).map(({ index, bytes }) => [index, bytes]));
    const maxBytes = (sizes.get('posts-2026.11') ?? 0) + (sizes.get('posts-2026.10') ?? 0);

    expect(await trim({ maxBytes })).toMatchObject({ bytes: maxBytes, overSize: 1, findableDays: 51 });
    expect(await names()).toEqual(['posts-2026.10', 'posts-2026.11']);

    const late = operationsOf([makePost({ id: 'twitter:late', created_at: '2026-09-15T12:00:00.000Z' })]);
    expect(await sink.write(late, Date.now() + 60_000)).toMatchObject({ stored: 1 });
    expect(await names()).toContain('posts-2026.09');
  });

  test('leaves the month that runs, however large it is', async () => {
    const { trim, names } = await worldOf(url, ['2026-11', '2026-10']);

    expect(await trim({ maxBytes: 1 })).toMatchObject({ overSize: 1 });
    expect(await names()).toEqual(['posts-2026.11']);
  });

  test('does not mind an index that has just gone', async () => {
    const { storage } = await worldOf(url, ['2026-11']);
    await storage.remove('posts-2026.11');

    await expect(storage.remove('posts-2026.11')).resolves.toBeUndefined();
  });

  test('frees a disk that is too full to be written', async () => {
    const { client, trim, sink } = await worldOf(url, ['2026-11', '2026-10']);
    await client.indices.putSettings({ index: 'posts-*', body: { 'index.blocks.read_only_allow_delete': true } });

    expect(await trim({ maxBytes: 1 })).toMatchObject({ overSize: 1 });
    const post = operationsOf([makePost({ created_at: '2026-10-15T12:00:00.000Z' })]);
    expect(await sink.write(post, Date.now() + 60_000)).toMatchObject({ stored: 1, isBlocked: false });
  });
});

describeSearch('setting the index up on the real server', (url) => {
  test('can be done any number of times, on an empty server and on one with posts', async () => {
    const { client } = await worldOf(url, []);
    const again = await setUpIndex(client, SEARCH_SETTINGS);
    const withPosts = await worldOf(url, ['2026-11']);
    await setUpIndex(withPosts.client, { ...SEARCH_SETTINGS, refreshSeconds: 7 });
    const { body } = await client.indices.getSettings({ index: 'posts-2026.11', flat_settings: true });

    expect(again).toEqual({ hasPolicy: false, isBlocked: false });
    expect(body['posts-2026.11']?.settings).toMatchObject({ 'index.refresh_interval': '7s' });
  });
});
