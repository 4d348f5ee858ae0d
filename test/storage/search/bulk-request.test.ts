import { gzipSync } from 'node:zlib';
import { inspect } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { BulkRequestError, operationBytes, sendBulkBy } from '../../../storage/search/bulk-request.ts';
import { searchClient } from '../../../storage/search/search-client.ts';
import { operations } from './scripted-server.ts';
import { replyWith, wireServer, type Reply } from './wire.ts';

const DOCUMENTS = operations(2);
const STORED = { index: { status: 201 } };

/** Sends two documents to a server that replies so. */
async function send(reply: Reply, timeoutMs = 5_000, isCompressed = true) {
  await using server = await wireServer(reply);
  const client = searchClient({ endpoint: server.url });
  try {
    return { items: await sendBulkBy(client, { isCompressed })(DOCUMENTS, timeoutMs), requests: server.requests };
  } finally {
    await client.close();
  }
}

/** The problem of a request that fails. */
async function problemOf(reply: Reply, timeoutMs?: number): Promise<unknown> {
  const error: unknown = await send(reply, timeoutMs).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BulkRequestError)) throw new Error(`it ended with ${inspect(error)}`);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('xxxx');
  return error.problem;
}

describe('a bulk request on the wire', () => {
  test('is one gzipped body of an action and a document per line, with external versions', async () => {
    const { requests } = await send(replyWith(200, { errors: false, items: [STORED, STORED] }));
    const [request] = requests;
    const lines = request?.text.split('\n') ?? [];

    expect(requests).toHaveLength(1);
    expect(request).toMatchObject({
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        'content-length': String(request?.body.byteLength),
      },
    });
    expect(request?.target).toMatch(/^\/_bulk\?filter_path=/);
    expect(lines.at(-1)).toBe('');
    expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual(
      DOCUMENTS.flatMap(({ id, index, version, json }) => [
        { index: { _index: index, _id: id, version, version_type: 'external' } },
        JSON.parse(json),
      ]),
    );
  });

  test('is the same text as it is, where it is not compressed', async () => {
    const reply = replyWith(200, { errors: false, items: [STORED, STORED] });
    const [compressed] = (await send(reply)).requests;
    const [plain] = (await send(reply, 5_000, false)).requests;

    expect(plain?.headers['content-encoding']).toBeUndefined();
    expect(plain?.body.toString()).toBe(compressed?.text);
  });

  test('takes as many bytes as its operations are said to take', async () => {
    const { requests } = await send(replyWith(200, { errors: false, items: [STORED, STORED] }));

    expect(Buffer.byteLength(requests[0]?.text ?? '')).toBe(
      DOCUMENTS.reduce((sum, each) => sum + operationBytes(each), 0),
    );
  });

  test('quotes ids and counts their bytes, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        const [document] = operations(1);
        const bytes = document && operationBytes({ ...document, id });
        const action = {
          index: { _index: document?.index, _id: id, version: document?.version, version_type: 'external' },
        };

        expect(bytes).toBe(Buffer.byteLength(`${JSON.stringify(action)}\n${document?.json}\n`));
      }),
    );
  });

  test('tells of each item its status, the type of its error and the field, never what is quoted', async () => {
    const reason =
      "failed to parse field [author.created_at] of type [date] in document with id 'twitter:1'. Preview: 'xxxx'";
    const bad = { index: { status: 400, error: { type: 'mapper_parsing_exception', reason } } };
    const strict = { index: { status: 400, error: { type: 'strict_dynamic_mapping_exception', reason: 'xxxx' } } };
    const { items } = await send(replyWith(200, { errors: true, items: [bad, strict] }));

    expect(items).toEqual([
      { status: 400, type: 'mapper_parsing_exception', field: 'author.created_at' },
      { status: 400, type: 'strict_dynamic_mapping_exception', field: undefined },
    ]);
  });
});

describe('a bulk request that is not answered as it should be', () => {
  const full = JSON.stringify({ errors: false, items: [STORED, STORED] });

  test.each<{ what: string; reply: Reply; problem: unknown }>([
    { what: 'a page with 200', reply: replyWith(200, '<html>xxxx</html>', 'text/html'), problem: {} },
    { what: 'a page that says it is JSON', reply: replyWith(200, '<html>xxxx</html>'), problem: {} },
    { what: 'half of the JSON', reply: replyWith(200, full.slice(0, 30)), problem: {} },
    { what: 'nothing', reply: replyWith(200, ''), problem: {} },
    { what: 'JSON of another kind', reply: replyWith(200, { took: 1 }), problem: {} },
    { what: 'too few items', reply: replyWith(200, { errors: false, items: [STORED] }), problem: {} },
    { what: 'too many items', reply: replyWith(200, { errors: false, items: [STORED, STORED, STORED] }), problem: {} },
    { what: 'another address', reply: replyWith(302, ''), problem: {} },
    {
      what: 'a broken connection',
      reply: (response) => void response.socket?.destroy(),
      problem: {},
    },
    {
      what: 'the beginning of an answer',
      reply: (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': full.length });
        response.write(full.slice(0, 20), () => response.destroy());
      },
      problem: {},
    },
    {
      what: 'half of a compressed answer',
      reply: (response) => {
        const body = gzipSync(full);
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(body.subarray(0, body.byteLength / 2));
      },
      problem: {},
    },
    { what: '413 without a body', reply: replyWith(413, '', 'text/plain'), problem: { status: 413 } },
    { what: 'a gateway that fails', reply: replyWith(502, '<html>xxxx</html>', 'text/html'), problem: { status: 502 } },
    {
      what: 'an error of the server',
      reply: replyWith(429, { error: { type: 'circuit_breaking_exception', reason: 'xxxx' }, status: 429 }),
      problem: { status: 429, type: 'circuit_breaking_exception' },
    },
    { what: 'a denial of AWS', reply: replyWith(403, { Message: 'xxxx is not authorized' }), problem: { status: 403 } },
  ])('$what is told without what was sent', async ({ reply, problem }) => {
    expect(await problemOf(reply)).toEqual(problem);
  });

  test('nobody there is no answer', async () => {
    const client = searchClient({ endpoint: 'http://127.0.0.1:9' });

    await expect(sendBulkBy(client)(DOCUMENTS, 5_000)).rejects.toMatchObject({ problem: {} });
  });

  test('silence ends with the timeout', async () => {
    expect(await problemOf(() => undefined, 50)).toEqual({});
  });

  test('an answer that drips ends with the timeout', async () => {
    const drip: Reply = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    };

    expect(await problemOf(drip, 100)).toEqual({});
  });
});
