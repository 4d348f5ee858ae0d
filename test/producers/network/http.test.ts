import { createServer, type Server, type ServerResponse } from 'node:http';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  fetchHttp,
  RateLimitedError,
  readJsonAnswer,
  TransientError,
  userAgent,
  type HttpAnswer,
} from '../../../producers/network/http.ts';
import { SourceError } from '../../../producers/source-error.ts';
import { closeServer, listen } from '../../support/networks/loopback.ts';

const API = { title: 'The network', refused: 'set a token.' };
const http = fetchHttp(userAgent('ann@example.org'));
const { signal } = new AbortController();

let server: Server;
let url: string;
let respond: (response: ServerResponse) => void;
let agents: (string | undefined)[];

beforeEach(async () => {
  agents = [];
  server = createServer((request, response) => {
    agents.push(request.headers['user-agent']);
    respond(response);
  });
  url = `http://127.0.0.1:${await listen(server)}/x?secret=1`;
});

afterEach(() => closeServer(server));

describe('a request', () => {
  test('comes back with status, headers and body, says who asks, and mends no character', async () => {
    respond = (response) => {
      const bytes = Buffer.from('été 😺');
      response.writeHead(404, { 'X-Thing': 'y' });
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    };

    expect(await http({ url }, signal)).toMatchObject({ status: 404, headers: { 'x-thing': 'y' }, body: 'été 😺' });
    expect(agents).toEqual(['groundswell/0.1 (social analytics in a private account; ann@example.org)']);
  });

  test.each([
    ['is broken off before the answer', (response: ServerResponse) => response.destroy()],
    [
      'is broken off within the answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      },
    ],
  ])('that %s fails in a way that passes, and shows no address', async (_, breakOff) => {
    respond = (response) => {
      breakOff(response);
    };

    const error = await http({ url }, signal).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(TransientError);
    expect(String(error)).not.toContain('secret');
  });

  test('that carries something does not go elsewhere', async () => {
    respond = (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();

    expect(await http({ url, method: 'POST', body: 'secret=1' }, signal)).toMatchObject({ status: 307 });
  });

  test('ends when it is told to', async () => {
    const stop = new AbortController();
    respond = () => stop.abort();

    await expect(http({ url }, stop.signal)).rejects.toBeInstanceOf(TransientError);
  });
});

function answer(overrides: Partial<HttpAnswer>): HttpAnswer {
  return { status: 200, headers: {}, body: '{}', ...overrides };
}

describe('an answer', () => {
  test('that is good is its JSON value', () => {
    expect(readJsonAnswer(answer({ body: '{"a":1}' }), API)).toEqual({ a: 1 });
  });

  test.each([401, 403])('of %d needs a person, who is told what to do', (status) => {
    expect(() => readJsonAnswer(answer({ status }), API)).toThrow(
      new SourceError(`The network refuses us (${status}): set a token.`),
    );
  });

  test.each([
    [answer({ status: 500 }), 'The network answers 500'],
    [answer({ status: 302 }), 'The network answers 302'],
    [answer({ body: '<html>' }), 'The network answers something that is not JSON'],
    [answer({ body: '' }), 'The network answers something that is not JSON'],
  ])('that makes no sense passes', (each, message) => {
    expect(() => readJsonAnswer(each, API)).toThrow(new TransientError(message));
  });

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
    [{}, undefined],
  ])('of 429 says when to come back, or not: %j', (headers, retryAfterMs) => {
    const read = () => readJsonAnswer(answer({ status: 429, headers }), API);

    expect(read).toThrow(RateLimitedError);
    expect(read).toThrow(expect.objectContaining({ retryAfterMs }));
  });
});
