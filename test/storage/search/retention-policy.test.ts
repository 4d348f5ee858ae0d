import { describe, expect, test } from 'vitest';

import { searchClient } from '../../../storage/search/search-client.ts';
import { setUpIndex } from '../../../storage/search/setup-index.ts';
import { startFakeSearch } from '../../support/fake-search.ts';

const POLICY = '/_plugins/_ism/policies/posts';
const SETTINGS = { alias: 'posts', indexPeriod: 'month', refreshSeconds: 5, retentionDays: 90 } as const;

describe('the retention policy', () => {
  test('is made once, and then replaced by who names the version that is there', async () => {
    await using server = await startFakeSearch();
    const client = searchClient({ endpoint: server.url });

    await setUpIndex(client, SETTINGS);
    await setUpIndex(client, SETTINGS);
    await setUpIndex(client, { ...SETTINGS, retentionDays: 30 });

    const puts = server.requests.filter(({ method, path }) => method === 'PUT' && path === POLICY);
    expect(puts.map(({ query }) => query.get('if_seq_no'))).toEqual([null, '7', '8']);
    expect(JSON.stringify(server.kept.get(POLICY))).toContain('"min_index_age":"61d"');
  });

  test('is left out where the server has no index management', async () => {
    await using server = await startFakeSearch({
      first: ({ path }) => (path === '/_cat/plugins' ? { status: 200, body: [] } : undefined),
    });

    expect(await setUpIndex(searchClient({ endpoint: server.url }), SETTINGS)).toEqual({
      hasPolicy: false,
      isBlocked: false,
    });
    expect(server.kept.has('/_index_template/posts')).toBe(true);
    expect(server.kept.has(POLICY)).toBe(false);
  });

  test('of somebody who was faster stays: the server refuses, and says so', async () => {
    await using server = await startFakeSearch({
      first: ({ method, path }) => (method === 'GET' && path === POLICY ? { status: 404 } : undefined),
    });
    const client = searchClient({ endpoint: server.url });
    await setUpIndex(client, SETTINGS);

    await expect(setUpIndex(client, SETTINGS)).rejects.toThrow('409 version_conflict_engine_exception');
  });
});
