import { describe, expect, test } from 'vitest';

import { accessRights } from '../../../core/search/access-roles.ts';
import { mapAccess } from '../../../storage/search/map-access.ts';
import { searchClient } from '../../../storage/search/search-client.ts';
import { startFakeSearch, type FakeSearch } from '../../support/fake-search.ts';

const API = '/_plugins/_security/api';
const HOLDERS = { writer: ['arn:feed'], trimmer: ['arn:trim'], reader: ['arn:people'] };

function give(server: FakeSearch, holders = HOLDERS): Promise<void> {
  return mapAccess(searchClient({ endpoint: server.url }), 'posts', holders);
}

describe('the roles of the search server', () => {
  test('are made, and handed out to those who hold them', async () => {
    await using server = await startFakeSearch();

    await give(server);

    expect(server.kept.get(`${API}/roles/posts-writer`)).toEqual(accessRights('posts', 'writer'));
    expect(server.kept.get(`${API}/rolesmapping/posts-writer`)).toMatchObject({ backend_roles: ['arn:feed'] });
    expect(server.kept.get(`${API}/rolesmapping/posts-trimmer`)).toMatchObject({ backend_roles: ['arn:trim'] });
    expect(server.kept.get(`${API}/rolesmapping/posts-reader`)).toMatchObject({ backend_roles: ['arn:people'] });
  });

  test.each(['opensearch_dashboards_user', 'kibana_user'])(
    'let people use Dashboards where the role for it is called %s',
    async (role) => {
      await using server = await startFakeSearch({ roles: [role] });

      await give(server);

      expect(server.kept.get(`${API}/rolesmapping/${role}`)).toMatchObject({ backend_roles: ['arn:people'] });
      expect([...server.kept.keys()].filter((path) => /rolesmapping\/(kibana|opensearch)/.test(path))).toHaveLength(1);
    },
  );

  test('stay with those whom others have given them to', async () => {
    await using server = await startFakeSearch();
    const analyst = { backend_roles: ['arn:analyst'], users: ['anna'], hosts: ['h'], and_backend_roles: [] };
    await fetch(`${server.url}${API}/rolesmapping/posts-reader`, { method: 'PUT', body: JSON.stringify(analyst) });

    await give(server);

    expect(server.kept.get(`${API}/rolesmapping/posts-reader`)).toEqual({
      ...analyst,
      backend_roles: ['arn:analyst', 'arn:people'],
    });
  });

  test('are handed out once, however often they are applied', async () => {
    await using server = await startFakeSearch({ roles: ['kibana_user'] });

    await give(server);
    const mappings = new Map([...server.kept].filter(([path]) => path.includes('rolesmapping')));
    const before = server.requests.length;
    await give(server);

    expect(new Map([...server.kept].filter(([path]) => path.includes('rolesmapping')))).toEqual(mappings);
    const written = server.requests.slice(before).filter(({ method }) => method === 'PUT');
    expect(written.filter(({ path }) => path.includes('rolesmapping'))).toEqual([]);
  });

  test('allow nobody but the writer to write, and nobody but the trimmer to delete', () => {
    const actions = (role: 'writer' | 'trimmer' | 'reader') =>
      accessRights('posts', role).index_permissions.flatMap(({ allowed_actions }) => allowed_actions);

    expect(actions('writer')).toContain('indices:data/write/*');
    expect([...actions('trimmer'), ...actions('reader')].join()).not.toContain('write');
    expect(actions('trimmer')).toContain('indices:admin/delete');
    expect([...actions('writer'), ...actions('reader')].join()).not.toContain('delete');
  });
});
