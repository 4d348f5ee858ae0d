import { describe, expect, test } from 'vitest';

import type { HttpAnswer, HttpRequest } from '../../../../producers/network/http.ts';
import { type RawOptions, rawRequest } from '../../../../producers/sources/reddit/raw-request.ts';

const OPTIONS: RawOptions = { baseUrl: 'https://oauth.reddit.com', uri: 'r/a+b/new', method: 'get' };

/** Asks for these options; what was sent, and what came of it. */
async function ask(options: Partial<RawOptions>, answer: Partial<HttpAnswer> | Error = {}) {
  const sent: HttpRequest[] = [];
  const result = await rawRequest(
    async (request) => {
      sent.push(request);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: '{"a":1}', ...answer };
    },
    { ...OPTIONS, ...options },
  ).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { sent: sent[0], ...result };
}

describe('the transport of snoowrap', () => {
  test('sends the query, and the token', async () => {
    const { sent } = await ask({
      qs: { raw_json: 1, after: 't3_a' },
      auth: { bearer: 'T' },
      headers: { 'user-agent': 'me' },
    });

    expect(sent).toEqual({
      url: 'https://oauth.reddit.com/r/a+b/new?raw_json=1&after=t3_a',
      method: 'GET',
      headers: { 'user-agent': 'me', authorization: 'bearer T' },
    });
  });

  test('sends a form, and the secret of the app', async () => {
    const { sent } = await ask({ method: 'post', form: { grant_type: 'a b' }, auth: { user: 'id', pass: 'se:cret' } });

    expect(sent).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Basic aWQ6c2U6Y3JldA==', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=a+b',
    });
  });

  test.each([
    ['the body as a text', {}, '{"a":1}'],
    ['the body as JSON', { json: true }, { a: 1 }],
    ['the whole answer', { json: true, resolveWithFullResponse: true }, { statusCode: 200, body: { a: 1 } }],
    ['what is made of it', { transform: (body: unknown) => [body] }, ['{"a":1}']],
  ])('delivers %s', async (_, options, expected) => {
    const { value } = (await ask(options)) as { value?: unknown };

    if (typeof expected === 'string') expect(value).toBe(expected);
    else expect(value).toMatchObject(expected);
  });

  test('hands errors to the transformation as well, HTML or not, and throws them', async () => {
    const seen: unknown[] = [];
    const transform = (body: unknown, response: unknown) => seen.push([body, response]);
    const answer = { status: 403, headers: { 'x-ratelimit-remaining': '3.0' }, body: '<html>' };

    const { error } = (await ask({ json: true, transform }, answer)) as { error?: unknown };

    const response = {
      statusCode: 403,
      headers: { 'x-ratelimit-remaining': '3.0' },
      body: '<html>',
      request: { method: 'GET', uri: { href: 'https://oauth.reddit.com/r/a+b/new' } },
    };
    expect(seen).toEqual([['<html>', response]]);
    expect(error).toMatchObject({ statusCode: 403, error: '<html>', response });
  });

  test('says what was asked where no answer comes', async () => {
    const cause = new Error('reset');

    expect(await ask({}, cause)).toMatchObject({ error: { cause, response: { request: { method: 'GET' } } } });
  });
});
