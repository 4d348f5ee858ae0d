import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A request as the server saw it. */
export interface SearchRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

export interface FakeSearchOptions {
  /** Answers in the place of the server, as long as it returns something. */
  readonly first?: (request: SearchRequest, count: number) => Reply | undefined;
  /** Roles that are there from the beginning, by name. */
  readonly roles?: readonly string[];
}

/** What a search server of AWS answers to who sets it up: templates, policies with versions, roles, Dashboards. */
export interface FakeSearch extends AsyncDisposable {
  readonly url: string;
  /** In the order in which they came, also those that it did not take. */
  readonly requests: readonly SearchRequest[];
  /** What is kept, by its path. */
  readonly kept: ReadonlyMap<string, unknown>;
}

const SECURITY = '/_plugins/_security/api/';
const FOUND_NOTHING: Reply = { status: 404, body: { error: { type: 'not_found' } } };

/** Starts it on a free port. */
export async function startFakeSearch({ first, roles = [] }: FakeSearchOptions = {}): Promise<FakeSearch> {
  const requests: SearchRequest[] = [];
  const kept = new Map<string, unknown>(roles.map((role) => [`${SECURITY}roles/${role}`, {}]));
  const versions = new Map<string, number>();
  const server = createServer((incoming, response) => void serve(incoming, response));
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '', 'http://search');
    const request = { method: incoming.method ?? '', path, query, body: await bodyOf(incoming) };
    requests.push(request);
    const { status, body = {} } = first?.(request, requests.length) ?? replyTo(request, kept, versions);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    kept,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const bytes = await buffer(incoming);
  return (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

function replyTo(request: SearchRequest, kept: Map<string, unknown>, versions: Map<string, number>): Reply {
  const { method, path } = request;
  if (path === '/_cat/plugins') return { status: 200, body: [{ component: 'opensearch-index-management' }] };
  if (path === '/_bulk') return { status: 200, body: { errors: false, items: [{ index: { status: 201 } }] } };
  if (path.startsWith('/_cat/indices')) return { status: 200, body: [] };
  if (path.endsWith('/_stats/store')) return { status: 200, body: { indices: {} } };
  if (path.startsWith('/_dashboards/')) return { status: 200, body: { success: true, successCount: 1 } };
  if (path.startsWith('/_plugins/_ism/')) return replyOfPolicies(request, kept, versions);
  // The client makes templates by POST.
  if (method === 'PUT' || method === 'POST') {
    kept.set(path, JSON.parse(request.body));
    return { status: 200, body: { acknowledged: true } };
  }
  const found = kept.get(path);
  if (found === undefined) return FOUND_NOTHING;
  return { status: 200, body: path.startsWith(SECURITY) ? { [path.split('/').at(-1) ?? '']: found } : found };
}

/** A policy that is there is replaced only by who names its version. */
function replyOfPolicies(
  { method, path, query, body }: SearchRequest,
  kept: Map<string, unknown>,
  versions: Map<string, number>,
): Reply {
  const version = versions.get(path);
  if (method === 'GET') {
    if (version === undefined) return FOUND_NOTHING;
    return { status: 200, body: { _id: 'x', _seq_no: version, _primary_term: 1, ...Object(kept.get(path)) } };
  }
  const isNamed = query.get('if_seq_no') === String(version) && query.get('if_primary_term') === '1';
  if (version !== undefined && !isNamed)
    return { status: 409, body: { error: { type: 'version_conflict_engine_exception' } } };
  versions.set(path, (version ?? 6) + 1);
  kept.set(path, JSON.parse(body));
  return { status: version === undefined ? 201 : 200, body: {} };
}
