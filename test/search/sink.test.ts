import { expect, test } from 'vitest';

import { seededRandom } from '../../producers/sources/generator/random.ts';
import type { BulkOperation } from '../../storage/search/bulk-request.ts';
import { describeSearch } from '../support/describe-search.ts';
import { faultyProxy } from '../support/faulty-proxy.ts';
import {
  expectedDocuments,
  generatedOperations,
  indexWorld,
  operationsOf,
  storedDocuments,
  writeAll,
} from '../support/bulk-world.ts';
import { makeDelete, makePost } from '../support/make-event.ts';

const SECRET = 'Xyzzy';

/** What no server stores, each in its own way; each quotes the secret. */
const SPOILED: readonly ((operation: BulkOperation) => Partial<BulkOperation>)[] = [
  ({ json }) => ({ json: changed(json, { created_at: SECRET }) }),
  ({ json }) => ({ json: changed(json, { [SECRET]: SECRET }) }),
  ({ json }) => ({ json: changed(json, { text: { [SECRET]: SECRET } }) }),
  ({ json }) => ({ json: changed(json, { engagement: SECRET }) }),
  ({ json }) => ({ json: changed(json, { location: SECRET }) }),
  ({ json }) => ({ json: changed(json, { kind: SECRET.repeat(8_000) }) }),
  ({ json }) => ({ json: json.replace('{', `{"text":"${SECRET}",`).slice(0, -2) }),
  () => ({ json: `"${SECRET}"` }),
  () => ({ index: `Posts-${SECRET}` }),
  ({ id }) => ({ id: id + SECRET.repeat(200) }),
];

/** The first observation of each post. */
function firstPosts(operations: readonly BulkOperation[]): BulkOperation[] {
  const posts = operations.filter(({ json }) => !json.includes('"deleted":true'));
  return [...new Map(posts.toReversed().map((operation) => [operation.id, operation])).values()];
}

function changed(json: string, fields: object): string {
  return JSON.stringify({ ...(JSON.parse(json) as object), ...fields });
}

describeSearch('the bulk sink on the real server', (url) => {
  test('stores each good document of 1,000, and refuses each bad one for a reason that quotes nothing', async () => {
    const random = seededRandom(1);
    const operations = firstPosts(generatedOperations(2_000, 1)).slice(0, 1_000);
    expect(operations).toHaveLength(1_000);
    const bad = new Set<BulkOperation>();
    const mixed = operations.map((operation, i) => {
      if (!random.chance(0.3)) return operation;
      const spoiled = { ...operation, ...SPOILED[i % SPOILED.length]?.(operation) };
      bad.add(spoiled);
      return spoiled;
    });
    const { client, sink } = await indexWorld(url);
    const outcome = await sink.write(mixed, Date.now() + 60_000);

    expect(new Set(outcome.refused.map(({ operation }) => operation))).toEqual(bad);
    expect(outcome).toMatchObject({ stored: mixed.length - bad.size, stale: 0, unfinished: [], isBlocked: false });
    expect(JSON.stringify(outcome.refused.map(({ detail }) => detail)).toLowerCase()).not.toContain(
      SECRET.toLowerCase(),
    );
    expect(await storedDocuments(client)).toEqual(expectedDocuments(mixed.filter((each) => !bad.has(each))));
  });

  test('keeps the newest observation of each post, in whichever order they come, however often', async () => {
    const random = seededRandom(2);
    const operations = generatedOperations(3_000, 2);
    const shuffled = operations.toSorted(() => random.next() - 0.5);
    const { client, sink } = await indexWorld(url, { concurrency: 3, maxDocuments: 200 });
    await writeAll(sink, shuffled);
    const [again] = await writeAll(sink, operations);

    expect(again).toMatchObject({ stored: 0, stale: operations.length, refused: [] });
    expect(await storedDocuments(client)).toEqual(expectedDocuments(operations));
  });

  test.each([1, 2, 3])(
    'loses nothing and stores nothing twice through storms of 429, 503, 413 and resets (%i)',
    async (seed) => {
      await using proxy = await faultyProxy({ target: url, seed, share: 0.5, maxBodyBytes: 10_000 });
      const operations = generatedOperations(4_000, seed);
      const { client, sink } = await indexWorld(url, {
        throughUrl: proxy.url,
        concurrency: 2,
        maxDocuments: 300,
        pause: async () => undefined,
      });
      const outcomes = await writeAll(sink, operations);

      expect(outcomes.reduce((sum, { stored, stale }) => sum + stored + stale, 0)).toBe(operations.length);
      expect(outcomes.flatMap(({ refused }) => refused)).toEqual([]);
      expect(outcomes.some(({ isBlocked }) => isBlocked)).toBe(false);
      expect(
        Object.values(proxy.met).every((count) => count > 0),
        JSON.stringify(proxy.met),
      ).toBe(true);
      expect(await storedDocuments(client)).toEqual(expectedDocuments(operations));
    },
  );

  test.each([
    { what: 'write', settings: { 'index.blocks.write': true } },
    { what: 'read_only_allow_delete', settings: { 'index.blocks.read_only_allow_delete': true } },
    { what: 'read_only', settings: { 'index.blocks.read_only': true } },
  ])(
    'stops at once at an index that is blocked by $what, and stores all when the block is lifted',
    async ({ settings }) => {
      const operations = generatedOperations(1_000, 4);
      const { client, sink, requests } = await indexWorld(url, { maxDocuments: 100, pause: async () => undefined });
      await sink.write(operations.slice(0, 100), Date.now() + 60_000);
      await client.indices.putSettings({ index: 'posts-*', body: settings });
      const before = requests();
      const outcome = await sink.write(operations, Date.now() + 60_000);

      expect(outcome).toMatchObject({ isBlocked: true, refused: [] });
      expect(outcome.unfinished.length + outcome.stored + outcome.stale).toBe(operations.length);
      expect(requests() - before).toBe(1);

      const lifted = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
      await client.indices.putSettings({ index: 'posts-*', body: lifted });
      await writeAll(sink, outcome.unfinished);
      expect(await storedDocuments(client)).toEqual(expectedDocuments(operations));
    },
  );

  test('stops at once at a closed index', async () => {
    const operations = generatedOperations(50, 5);
    const { client, sink, requests } = await indexWorld(url);
    await sink.write(operations, Date.now() + 60_000);
    await client.indices.close({ index: 'posts-2026.11' });

    expect(await sink.write(operations, Date.now() + 60_000)).toMatchObject({ isBlocked: true, refused: [] });
    expect(requests()).toBe(2);
  });

  test('a deleted post stays deleted for ever, whatever older observation comes', async () => {
    const { client, sink } = await indexWorld(url);
    const [post, deleted] = operationsOf([makePost({ text: 'gone' }), makeDelete()]);
    if (post === undefined || deleted === undefined) throw new Error('there are two');
    await sink.write([post], Date.now() + 60_000);
    await client.indices.putSettings({ index: 'posts-2026.11', body: { 'index.gc_deletes': '1ms' } });
    await sink.write([deleted], Date.now() + 60_000);
    await client.indices.forcemerge({ index: 'posts-2026.11', max_num_segments: 1 });

    // The same observation, and one of the moment at which it was deleted.
    expect(await sink.write([post, { ...post, version: deleted.version - 1 }], Date.now() + 60_000)).toMatchObject({
      stored: 0,
      stale: 2,
    });
    expect(await storedDocuments(client)).toEqual(expectedDocuments([deleted]));
    const { body } = await client.count({ index: 'posts' });
    expect(body.count).toBe(0);
  });
});
