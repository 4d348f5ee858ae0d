import { describe, expect, test } from 'vitest';

import { dashboardsNdjson } from '../../../core/search/dashboards/saved-objects.ts';
import { presetNamed } from '../../../presets/presets.ts';
import { TransientStoreError } from '../../../storage/errors.ts';
import { DashboardsRefusedError, importDashboards } from '../../../storage/search/import-dashboards.ts';
import { signForAws, signingFor } from '../../../storage/search/sign-request.ts';
import { startDashboardsServer } from '../../support/dashboards-server.ts';
import { isSigned } from '../../support/signature.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret' };
const PATTERN = '{"type":"index-pattern","id":"p","attributes":{"title":"posts"},"references":[]}\n';

function ndjsonOf(name: string, alias = 'posts'): string {
  return dashboardsNdjson({ preset: name, alias, dashboards: presetNamed(name).dashboards });
}

describe('an import into OpenSearch Dashboards', () => {
  test.each(['/', ''])('puts every object of a preset there, address with %j at its end', async (end) => {
    await using server = await startDashboardsServer();

    const { count } = await importDashboards({ url: `${server.url}${end}`, ndjson: ndjsonOf('iphone') });

    expect(count).toBe(ndjsonOf('iphone').trim().split('\n').length);
    expect([...server.stored.keys()]).toContain('dashboard iphone-product-perception-for-iphone');
    expect(server.stored.size).toBe(count);
  });

  test('replaces what an earlier one has put there, and leaves other presets alone', async () => {
    await using server = await startDashboardsServer();
    await importDashboards({ url: server.url, ndjson: ndjsonOf('iphone', 'old') });
    const other = await importDashboards({ url: server.url, ndjson: ndjsonOf('nba') });

    const { count } = await importDashboards({ url: server.url, ndjson: ndjsonOf('iphone', 'new') });

    expect(server.stored.get('index-pattern iphone-posts')?.attributes['title']).toBe('new');
    expect(server.stored.size).toBe(count + other.count);
  });

  test('replaces them where the server does not see that it was asked to', async () => {
    await using server = await startDashboardsServer({ losesQueries: true });
    await importDashboards({ url: server.url, ndjson: PATTERN.replace('"p"', '"iphone-posts"') });

    const { count } = await importDashboards({ url: server.url, ndjson: ndjsonOf('iphone') });

    expect(server.stored.size).toBe(count);
    expect(server.asked.at(-1)).toBe('/api/saved_objects/_resolve_import_errors');
  });

  test('answers below its base path, and names a tenant where there is one', async () => {
    let tenant: unknown;
    await using server = await startDashboardsServer({
      basePath: '/_dashboards',
      inFront: ({ headers }) => void (tenant = headers['securitytenant']),
    });

    await importDashboards({ url: server.url, ndjson: PATTERN, tenant: 'global' });

    expect(server.stored.size).toBe(1);
    expect(tenant).toBe('global');
  });

  test('is signed over its whole form where it is to be', async () => {
    const credentials = async () => KEYS;
    const sign = signForAws({ region: 'eu-west-1', credentials });
    await using server = await startDashboardsServer({
      inFront: (request, body) =>
        isSigned(request, body, KEYS) ? undefined : { status: 403, body: { Message: 'no' } },
    });

    await importDashboards({ url: server.url, ndjson: ndjsonOf('sentiment'), sign });

    expect(server.stored.size).toBeGreaterThan(5);
    await expect(importDashboards({ url: server.url, ndjson: PATTERN })).rejects.toThrow(/does not know who is asking/);
  });

  test.each([
    ['https://search-x-abc.eu-west-1.es.amazonaws.com', '/_dashboards/api/saved_objects/_import?overwrite=true'],
    ['https://x.eu-west-1.aos.amazonaws.com/_dashboards', '/_dashboards/api/saved_objects/_import?overwrite=true'],
    ['http://localhost:5601', '/api/saved_objects/_import?overwrite=true'],
    ['http://localhost:5601/base/', '/base/api/saved_objects/_import?overwrite=true'],
  ])('of %s goes to %s', async (url, path) => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(input instanceof Request ? input.url : input).href);
      return Response.json({ success: true, successCount: 1 });
    };

    await importDashboards({ url, ndjson: PATTERN, fetch });

    expect(asked).toEqual([new URL(path, url).href]);
    expect(signingFor(url) !== undefined).toBe(url.includes('amazonaws'));
  });
});

describe('an import that may succeed later', () => {
  test('fails as transient while the server wakes up, and then succeeds', async () => {
    await using server = await startDashboardsServer({ wakingAnswers: 2 });
    const attempt = () => importDashboards({ url: server.url, ndjson: PATTERN });

    await expect(attempt()).rejects.toThrow(TransientStoreError);
    await expect(attempt()).rejects.toThrow(TransientStoreError);
    await expect(attempt()).resolves.toEqual({ count: 1 });
  });

  test.each([
    [{ status: 502, body: '<html>Bad gateway</html>' }],
    [{ status: 504, body: { message: 'timeout' } }],
    [{ status: 429, body: { message: 'slow down' } }],
    [{ status: 200, body: '<html>OpenSearch Dashboards is loading</html>' }],
    [{ status: 404, body: '<html>no such page</html>' }],
  ])('fails as transient where it is answered by %j', async (answer) => {
    await using server = await startDashboardsServer({ inFront: () => answer });

    await expect(importDashboards({ url: server.url, ndjson: PATTERN })).rejects.toThrow(TransientStoreError);
  });

  test('fails as transient where nobody answers, or not in time', async () => {
    const server = await startDashboardsServer({ inFront: () => ({ body: {} }) });
    await server[Symbol.asyncDispose]();
    const never: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('too late')));
      });

    await expect(importDashboards({ url: server.url, ndjson: PATTERN })).rejects.toThrow(TransientStoreError);
    await expect(importDashboards({ url: server.url, ndjson: PATTERN, fetch: never, timeoutMs: 1 })).rejects.toThrow(
      TransientStoreError,
    );
  });
});

describe('an import that is refused', () => {
  const lost =
    '{"type":"search","id":"s","attributes":{},"references":[{"name":"i","type":"index-pattern","id":"gone"}]}\n';
  const newer = PATTERN.replace('"references"', '"migrationVersion":{"index-pattern":"9.0.0"},"references"');

  test.each([
    ['an object whose index pattern is missing', lost, /search s: missing_references index-pattern gone/],
    ['a type that it does not know', PATTERN.replaceAll('index-pattern', 'lens'), /lens p: unsupported_type/],
    ['an object twice', PATTERN + PATTERN, /answered 400: Non-unique import objects/],
    ['what is no JSON', 'nothing\n', /answered 400/],
    ['an object of a later version', newer, /answered 422: .*more recent version/],
    ['more than it takes', `${PATTERN}${' '.repeat(26_214_400)}`, /larger than the 26214400 bytes/],
  ])('says so of %s, and stores nothing', async (_what, ndjson, sentence) => {
    await using server = await startDashboardsServer();
    const attempt = importDashboards({ url: server.url, ndjson });

    await expect(attempt).rejects.toThrow(DashboardsRefusedError);
    await expect(attempt).rejects.toThrow(sentence);
    expect(server.stored.size).toBe(0);
  });

  test.each([
    [{ status: 302, body: '', headers: { location: '/app/login' } }, /does not know who is asking: it answered 302/],
    [{ status: 401, body: { message: 'Unauthorized' } }, /does not know who is asking/],
    [
      { status: 403, body: { Message: 'User: anonymous is not authorized' } },
      /does not know who is asking: it answered 403\. .*searchLogin=cognito/,
    ],
    [{ status: 405, body: { error: 'Incorrect HTTP method' } }, /answered 405: without saying why/],
    [{ status: 200, body: { tagline: 'The OpenSearch Project' } }, /answered 200: without saying why/],
    [{ status: 200, body: { success: true, successCount: 0 } }, /taken 0 of 1 objects/],
    [{ status: 200, body: { success: false, successCount: 1 } }, /it says not why/],
  ])('says so where it is answered by %j', async (answer, sentence) => {
    await using server = await startDashboardsServer({ inFront: () => answer });

    await expect(importDashboards({ url: server.url, ndjson: PATTERN })).rejects.toThrow(DashboardsRefusedError);
    await expect(importDashboards({ url: server.url, ndjson: PATTERN })).rejects.toThrow(sentence);
  });
});

describe('the double of OpenSearch Dashboards', () => {
  const post = (url: string, file: string, headers: Record<string, string>, path = '_import') => {
    const body = new FormData();
    body.append('file', new Blob([PATTERN]), file);
    return fetch(`${url}/api/saved_objects/${path}`, { method: 'POST', headers, body });
  };

  test.each([
    ['without its header', 'x.ndjson', {}, '_import', 400],
    ['with the header of Kibana', 'x.ndjson', { 'kbn-xsrf': 'true' }, '_import', 400],
    ['of a file of another name', 'x.json', { 'osd-xsrf': 'true' }, '_import', 400],
    ['with a query that it does not know', 'x.ndjson', { 'osd-xsrf': 'true' }, '_import?security_tenant=global', 400],
    ['without saying what to try again', 'x.ndjson', { 'osd-xsrf': 'true' }, '_resolve_import_errors', 400],
    ['as it should be', 'x.ndjson', { 'osd-xsrf': 'true' }, '_import', 200],
  ])('answers a request %s', async (_what, file, headers, path, status) => {
    await using server = await startDashboardsServer();

    expect((await post(server.url, file, headers as Record<string, string>, path)).status).toBe(status);
  });
});
