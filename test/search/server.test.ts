import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { isProgramRunning } from '../../deployment/target.ts';
import { findFreePort } from '../../local/ports.ts';
import { ensureSearchServer, knownSearch, stopSearchServer } from '../../local/search/ensure-search.ts';
import { answeringVersion } from '../../local/search/search-server.ts';
import { searchState } from '../../local/search/search-state.ts';
import { readLocalSettings } from '../../local/settings.ts';
import { describeSearch } from '../support/describe-search.ts';
import { startTestSearchServer, type TestSearchServer } from '../support/search-server.ts';

describeSearch('the server that suites share', (url) => {
  test('is OpenSearch 3.7.0', async () => {
    expect(await answeringVersion(url)).toBe('3.7.0');
  });

  test('has the dictionaries that come with a full JDK', async () => {
    const answer = await call(`${url}/_analyze`, 'POST', { tokenizer: 'thai', text: 'การที่ได้ต้องแสดง' });

    // Without the JDK's dictionary it is one word.
    expect((answer as { tokens: unknown[] }).tokens.length).toBeGreaterThan(1);
  });

  test('listens on this machine only', async () => {
    const { nodes } = (await call(`${url}/_nodes/http,transport`, 'GET')) as { nodes: Record<string, NodeAddresses> };

    const addresses = Object.values(nodes).flatMap(({ http, transport }) => [
      http.bound_address,
      transport.bound_address,
    ]);
    expect(addresses).toHaveLength(2);
    expect(addresses.flat().filter((address) => !address.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test.for([1, 2])('is empty when a test begins (%i)', async () => {
    const template = { index_patterns: ['left-*'], template: { mappings: { dynamic: 'strict' } } };
    expect(await call(`${url}/_index_template/left`, 'GET', undefined, 404)).toHaveProperty('error');
    expect(await call(`${url}/_cat/indices?format=json`, 'GET')).toEqual([]);

    await call(`${url}/_index_template/left`, 'PUT', template);
    await call(`${url}/left-1`, 'PUT');
  });
});

interface NodeAddresses {
  readonly http: { readonly bound_address: readonly string[] };
  readonly transport: { readonly bound_address: readonly string[] };
}

describe.skipIf('off' in inject('search'))('a server of its own', () => {
  let server: TestSearchServer;

  beforeAll(async () => {
    server = await startTestSearchServer({
      settings: { 'thread_pool.write.size': 1, 'thread_pool.write.queue_size': 3 },
    });
  });

  afterAll(() => server.stop());

  test('takes more settings', async () => {
    const settings = await call(`${server.url}/_nodes/settings?flat_settings=true`, 'GET');

    expect(JSON.stringify(settings)).toContain('"thread_pool.write.queue_size":"3"');
  });

  test('keeps what it has acknowledged when it is killed and started again', async () => {
    const bulk = Array.from({ length: 500 }, (_, id) => `{"create":{"_id":"${id}"}}\n{"text":"post ${id}"}\n`).join('');
    expect(await call(`${server.url}/kept/_bulk`, 'POST', bulk)).toMatchObject({ errors: false });
    const { pid } = server;

    await server.kill();
    expect(await answeringVersion(server.url)).toBeUndefined();
    await server.restart();

    expect(server.pid).not.toBe(pid);
    await call(`${server.url}/kept/_refresh`, 'POST');
    expect(await call(`${server.url}/kept/_count`, 'GET')).toMatchObject({ count: 500 });
  });

  test('ends cleanly when it stops, and leaves no process', async () => {
    await using other = await startTestSearchServer();
    const { pid } = other;
    const said = () => other.log();
    process.kill(pid, 'SIGTERM');

    await expect.poll(said, { timeout: 20_000 }).toMatch(/\[o\.o\.n\.Node\] closed/);
    await expect.poll(() => isProgramRunning(pid, 'org.opensearch'), { timeout: 20_000 }).toBe(false);
  });
});

describe.skipIf('off' in inject('search'))('the server of a checkout', () => {
  let stateFolder: string;
  let port: number;
  const settings = () => ({
    cacheFolder: readLocalSettings().cacheFolder,
    endpoint: '',
    search: { mode: 'required' as const, port, url: '' },
  });
  const ensure = () => ensureSearchServer({ settings: settings(), stateFolder });

  beforeAll(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'groundswell-test-'));
    port = await findFreePort();
  });

  afterAll(async () => {
    await stopSearchServer(stateFolder);
    await rm(stateFolder, { recursive: true });
  });

  test('is found again, dies, comes back with what it kept, and leaves nothing when it stops', async () => {
    const url = `http://127.0.0.1:${port}`;
    expect(await ensure()).toEqual({ url });
    const first = searchState.running(stateFolder);
    await call(`${url}/kept/_doc/1?refresh=true`, 'PUT', { text: 'first' }, 201);

    expect(await ensure()).toEqual({ url });
    expect(searchState.running(stateFolder)).toEqual(first);

    await kill(first?.pid ?? 0);
    expect(knownSearch({ settings: settings(), stateFolder })).toBeUndefined();
    expect(await ensure()).toEqual({ url });
    const second = searchState.running(stateFolder);
    expect(second?.pid).not.toBe(first?.pid);
    expect(await call(`${url}/kept/_doc/1`, 'GET')).toMatchObject({ found: true });

    expect(await stopSearchServer(stateFolder)).toBe(true);
    expect(isProgramRunning(second?.pid ?? 0, 'org.opensearch')).toBe(false);
    expect(await answeringVersion(url)).toBeUndefined();
    expect(await stopSearchServer(stateFolder)).toBe(false);
  });
});

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isProgramRunning(pid, 'org.opensearch'), { timeout: 10_000 }).toBe(false);
}

async function call(url: string, method: string, body?: object | string, status = 200): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : {
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
        }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  return JSON.parse(text);
}
