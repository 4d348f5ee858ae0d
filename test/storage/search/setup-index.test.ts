import { describe, expect, test } from 'vitest';

import { TransientStoreError } from '../../../storage/errors.ts';
import { searchClient } from '../../../storage/search/search-client.ts';
import { SearchRefusedError } from '../../../storage/search/search-errors.ts';
import { hasTemplate, setUpIndex } from '../../../storage/search/setup-index.ts';
import { replyWith, wireServer, type Reply, type WireRequest } from './wire.ts';

const SETTINGS = { alias: 'posts', indexPeriod: 'month', refreshSeconds: 5, retentionDays: 90 } as const;
const POLICY = '/_plugins/_ism/policies/posts';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

/** The month that runs. */
const INDICES = { 'GET /_cat/indices/posts-*': indices('posts-2026.11') };

/** Answers by method and path; everything else is acknowledged. */
function answering(answers: Readonly<Record<string, Answer>>): Reply {
  return (response, request) => {
    const { status = 200, body = { acknowledged: true } } = { ...INDICES, ...answers }[lineOf(request)] ?? {};
    replyWith(status, body)(response, request);
  };
}

const lineOf = ({ method, target }: WireRequest) => `${method} ${target.split('?')[0]}`;
function indices(...names: string[]): Answer {
  return { body: names.map((index) => ({ index, 'store.size': '1' })) };
}

const plugins = (...names: string[]): Answer => ({ body: names.map((component) => ({ component })) });

/** Sets an index up on a server that answers so. */
async function setUp(answers: Readonly<Record<string, Answer>>) {
  await using server = await wireServer(answering(answers));
  const result = await setUpIndex(searchClient({ endpoint: server.url }), SETTINGS).catch((error: unknown) => error);
  return { result, requests: server.requests, lines: server.requests.map(lineOf) };
}

describe('setting the index up', () => {
  test('applies the template, then what is new of it to the indices, and no policy where the server can have none', async () => {
    const { result, lines } = await setUp({ 'GET /_cat/plugins': plugins('analysis-icu') });

    expect(result).toEqual({ hasPolicy: false, isBlocked: false });
    expect(lines).toEqual([
      'GET /_cat/indices/posts-*',
      'POST /_index_template/posts',
      'GET /_cat/plugins',
      'POST /posts-*/_mapping',
      'PUT /posts-*/_settings',
    ]);
  });

  test('makes the policy where there is none', async () => {
    const { result, requests } = await setUp({
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { status: 404, body: { error: { type: 'status_exception' } } },
    });
    const put = requests.find((request) => lineOf(request) === `PUT ${POLICY}`);

    expect(result).toEqual({ hasPolicy: true, isBlocked: false });
    expect(put?.target).toBe(POLICY);
    expect(JSON.parse(put?.text ?? '')).toMatchObject({ policy: { ism_template: [{ index_patterns: ['posts-*'] }] } });
  });

  test('replaces the policy that it has read, and no other', async () => {
    const { requests } = await setUp({
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { body: { _id: 'posts', _seq_no: 7, _primary_term: 2, policy: {} } },
    });

    const put = requests.find(({ method, target }) => method === 'PUT' && target.startsWith(POLICY));
    expect(put?.target).toBe(`${POLICY}?if_seq_no=7&if_primary_term=2`);
  });

  test('gives the indices that are there the new policy: they would go by the one they were made with', async () => {
    const { requests } = await setUp({
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { status: 404, body: { error: { type: 'status_exception' } } },
    });
    const change = requests.find(({ target }) => target === '/_plugins/_ism/change_policy/posts-*');

    expect([change?.method, JSON.parse(change?.text ?? '')]).toEqual(['POST', { policy_id: 'posts' }]);
  });

  test('changes no index where there is none', async () => {
    const { lines } = await setUp({
      'GET /_cat/indices/posts-*': indices(),
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { status: 404, body: { error: { type: 'status_exception' } } },
    });

    expect(lines.filter((line) => line.includes('posts-*'))).toEqual(['GET /_cat/indices/posts-*']);
  });

  test('goes on where indices take no change because the disk is full: what makes room must not fail', async () => {
    const { result, lines } = await setUp({
      'POST /posts-*/_mapping': { status: 429, body: { error: { type: 'cluster_block_exception' } } },
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { status: 404, body: { error: { type: 'status_exception' } } },
    });

    expect(result).toEqual({ hasPolicy: true, isBlocked: true });
    expect(lines).toContain(`PUT ${POLICY}`);
  });

  test('changes nothing where an index holds another period: a post would be in two of them', async () => {
    const { result, lines } = await setUp({
      'GET /_cat/indices/posts-*': indices('posts-2026.10', 'posts-2026.11.20'),
    });

    expect((result as Error).message).toContain('The index posts-2026.11.20 does not hold one month');
    expect(lines).toEqual(['GET /_cat/indices/posts-*']);
  });

  test('rejects with what can be tried again while the server wakes up', async () => {
    const { result, lines } = await setUp({ 'POST /_index_template/posts': { status: 503, body: 'waking' } });

    expect(result).toBeInstanceOf(TransientStoreError);
    expect(lines).toEqual(['GET /_cat/indices/posts-*', 'POST /_index_template/posts']);
  });

  test('rejects with what cannot where a field would become another one', async () => {
    const refused = {
      status: 400,
      body: { error: { type: 'illegal_argument_exception', reason: 'mapper [text] ...' } },
    };
    const { result } = await setUp({ 'GET /_cat/plugins': plugins(), 'POST /posts-*/_mapping': refused });

    expect(result).toBeInstanceOf(SearchRefusedError);
    expect((result as Error).message).toBe(
      'Adding fields to the indices: the search server answered 400 illegal_argument_exception',
    );
  });

  test('rejects where it may not read the policy, instead of making another one', async () => {
    const { result, lines } = await setUp({
      'GET /_cat/plugins': plugins('opensearch-index-management'),
      [`GET ${POLICY}`]: { status: 403, body: { error: { type: 'security_exception' } } },
    });

    expect(result).toBeInstanceOf(SearchRefusedError);
    expect(lines).not.toContain(`PUT ${POLICY}`);
  });
});

describe('whether the template is there', () => {
  test.each([
    [200, true],
    [404, false],
  ])('at %i is %s', async (status, isThere) => {
    await using server = await wireServer(replyWith(status, ''));

    expect(await hasTemplate(searchClient({ endpoint: server.url }), 'posts')).toBe(isThere);
  });

  test('is not known while the server cannot say', async () => {
    await using server = await wireServer(replyWith(503, ''));

    await expect(hasTemplate(searchClient({ endpoint: server.url }), 'posts')).rejects.toBeInstanceOf(
      TransientStoreError,
    );
  });
});
