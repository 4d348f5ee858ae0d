import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type RequestOptions } from 'node:http';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { sendBulkBy } from '../../../storage/search/bulk-request.ts';
import { isOnThisMachine, awsRegionOf, searchClient } from '../../../storage/search/search-client.ts';
import { operations } from './scripted-server.ts';
import { replyWith, wireServer, type WireRequest } from './wire.ts';

const SECRET = 'wJalrXUtnFEMI-example';
const DOMAIN = 'search-groundswell-abc123.eu-west-1.es.amazonaws.com';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a session');
});
afterEach(() => void vi.unstubAllEnvs());

const hashOf = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();

/** The signature that AWS expects, from its description: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function expectedSignature({ method, target, headers, body }: WireRequest, region: string, service: string): string {
  const [path = '', query = ''] = target.split('?');
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const canonicalHeaders = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonicalQuery = [...new URLSearchParams(query)]
    .map(([name, value]) => `${uriEncoded(name)}=${uriEncoded(value)}`)
    .toSorted()
    .join('&');
  // Every service but S3 signs the path as it is encoded on the wire, encoded once more.
  const canonicalPath = path.split('/').map(uriEncoded).join('/');
  const canonical = [method, canonicalPath, canonicalQuery, canonicalHeaders.join(''), signed, hashOf(body)].join('\n');
  const date = String(headers['x-amz-date']);
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), hashOf(canonical)].join('\n');
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${SECRET}`);
  return hmac(key, text).toString('hex');
}

function uriEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Sends to the address of a domain, by a wire that leads to this machine. */
async function sendTo(host: string, work: (client: ReturnType<typeof searchClient>) => Promise<unknown>) {
  await using server = await wireServer(replyWith(200, { errors: false, items: [{ index: { status: 201 } }] }));
  const client = searchClient({ endpoint: `https://${host}` });
  const { connections } = client.connectionPool as unknown as { connections: { makeRequest: unknown }[] };
  for (const connection of connections)
    connection.makeRequest = (options: RequestOptions) =>
      httpRequest({
        ...options,
        protocol: 'http:',
        hostname: '127.0.0.1',
        host: '127.0.0.1',
        agent: false,
        port: new URL(server.url).port,
      });
  try {
    await work(client);
  } finally {
    await client.close();
  }
  const [request] = server.requests;
  if (request === undefined) throw new Error('nothing came');
  return request;
}

describe('the region of an endpoint', () => {
  test.each([
    ['https://search-posts-abc.us-east-1.es.amazonaws.com', 'us-east-1'],
    ['https://vpc-posts-abc.eu-central-1.es.amazonaws.com', 'eu-central-1'],
    ['https://search-posts-abc.us-gov-west-1.es.amazonaws.com', 'us-gov-west-1'],
    ['https://search-posts-abc.cn-north-1.es.amazonaws.com.cn', 'cn-north-1'],
    ['https://abc123.us-east-1.aos.amazonaws.com', 'us-east-1'],
    ['https://search-posts-abc.aos.us-east-1.on.aws', 'us-east-1'],
    ['https://SEARCH-POSTS-ABC.US-EAST-1.ES.AMAZONAWS.COM/', 'us-east-1'],
    ['http://127.0.0.1:9200', undefined],
    ['http://localhost:9200', undefined],
    ['https://search.example.org', undefined],
    ['https://us-east-1.es.amazonaws.com.example.org', undefined],
    ['https://example.org/x.us-east-1.es.amazonaws.com', undefined],
  ])('of %s is %s', (endpoint, region) => {
    expect(awsRegionOf(endpoint)).toBe(region);
  });
});

describe('a request to a domain of AWS', () => {
  test.each([
    { host: DOMAIN, region: 'eu-west-1' },
    { host: 'search-posts-abc.aos.us-east-2.on.aws', region: 'us-east-2' },
  ])('is signed as AWS expects it, compressed body and query included, at $host', async ({ host, region }) => {
    const request = await sendTo(host, (client) => sendBulkBy(client)(operations(1), 5_000));

    expect(request.headers.host).toBe(host);
    expect(request.headers['content-encoding']).toBe('gzip');
    expect(request.headers['x-amz-content-sha256']).toBe(hashOf(request.body));
    expect(request.headers['x-amz-security-token']).toBe('a session');
    expect(request.headers.authorization).toContain(`/${region}/es/aws4_request`);
    expect(request.headers.authorization).toMatch(new RegExp(`Signature=${expectedSignature(request, region, 'es')}$`));
  });

  test.each(['/posts-2026.11/_doc/twitter%3A1', '/posts-*,x/_search', '/_plugins/_ism/policies/posts'])(
    'is signed for the path %s',
    async (path) => {
      const request = await sendTo(DOMAIN, (client) => client.transport.request({ method: 'GET', path }));

      expect(request.headers.authorization).toMatch(
        new RegExp(`Signature=${expectedSignature(request, 'eu-west-1', 'es')}$`),
      );
    },
  );

  test('rejects cleanly where there are no credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    const client = searchClient({ endpoint: `https://${DOMAIN}` });

    await expect(sendBulkBy(client)(operations(1), 5_000)).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});

describe('a request to any other server', () => {
  test('is not signed', async () => {
    await using server = await wireServer(replyWith(200, { errors: false, items: [{ index: { status: 201 } }] }));
    await sendBulkBy(searchClient({ endpoint: server.url }))(operations(1), 5_000);

    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(server.requests[0]?.headers).not.toHaveProperty('x-amz-date');
  });

  test('carries the user and password of the address', async () => {
    await using server = await wireServer(replyWith(200, { errors: false, items: [{ index: { status: 201 } }] }));
    const endpoint = server.url.replace('http://', 'http://anna:pass@');
    await sendBulkBy(searchClient({ endpoint }))(operations(1), 5_000);

    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('anna:pass').toString('base64')}`);
  });

  test('is sent once, whatever the answer', async () => {
    await using server = await wireServer(replyWith(503, ''));
    const client = searchClient({ endpoint: server.url });

    await expect(client.info()).rejects.toMatchObject({ statusCode: 503 });
    expect(server.requests).toHaveLength(1);
  });
});

test.each([
  ['http://127.0.0.1:9200', true],
  ['http://localhost:9200', true],
  ['http://[::1]:9200', true],
  ['http://opensearch:9200', false],
  ['https://search-a.us-east-1.es.amazonaws.com', false],
  ['http://127.0.0.1.example.com', false],
])('%s is on this machine: %s', (endpoint, isNear) => {
  expect(isOnThisMachine(endpoint)).toBe(isNear);
});
