import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseEvent, parseEventJson, validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import { POST_KINDS } from '../../core/social-event.ts';
import { SOURCES } from '../../core/sources.ts';
import { CREATED_AT, OBSERVED_AT, makeDelete, makePost } from '../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function parse(value: unknown): ParsedEvent {
  return parseEvent(new TextEncoder().encode(JSON.stringify(value)), NOW_MS);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function without(value: object, field: string): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}

describe('a record is rejected as', () => {
  test.each([
    ['not_utf8', 'bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['not_utf8', 'a character cut in two', new TextEncoder().encode('"é"').subarray(0, 2)],
    ['not_json', 'no JSON', new TextEncoder().encode('{"v":1')],
    ['not_json', 'two documents', new TextEncoder().encode('{}{}')],
    ['not_json', 'nothing', new Uint8Array(0)],
    ['invalid_event', 'a text', new TextEncoder().encode('"post"')],
    ['invalid_event', 'null', new TextEncoder().encode('null')],
    ['invalid_event', 'an array of events', new TextEncoder().encode(JSON.stringify([makePost()]))],
    ['unsupported_version', 'an empty object', new TextEncoder().encode('{}')],
  ])('%s: %s', (reason, _case, data) => {
    expect(parseEvent(data, NOW_MS)).toMatchObject({ ok: false, reason });
  });

  test.each([[2], [0], ['1'], [null]])('unsupported_version: v is %j', (v) => {
    expect(parse({ ...makePost(), v })).toMatchObject({ ok: false, reason: 'unsupported_version' });
  });

  test.each(['id', 'source', 'kind', 'created_at', 'observed_at', 'text'])('invalid_event: %s is missing', (field) => {
    const parsed = parse(without(makePost(), field));

    expect(parsed).toMatchObject({ ok: false, reason: 'invalid_event' });
    expect(parsed).toMatchObject({ detail: expect.stringContaining(field) });
  });

  test('invalid_event: a kind that nobody knows, with all that are known, delete too', () => {
    const parsed = parse({ ...makePost(), kind: 'party' });

    for (const kind of [...POST_KINDS, 'delete'])
      expect(parsed).toMatchObject({ detail: expect.stringContaining(`"${kind}"`) });
  });

  test.each(['id', 'created_at', 'observed_at'])('invalid_event: %s of a delete is missing', (field) => {
    expect(parse(without(makeDelete(), field))).toMatchObject({ ok: false, reason: 'invalid_event' });
  });

  test.each([
    ['an unknown source', { source: 'myspace' }],
    ['an unknown kind', { kind: 'poke' }],
    ['an id with a control character', { id: 'twitter:1\u0007' }],
    ['an id with a line break', { id: 'twitter:1\n2' }],
    ['an id with half a character', { id: 'twitter:\ud800' }],
    ['an id of 513 bytes', { id: `twitter:${'a'.repeat(505)}` }],
    ['an id of fewer than 512 characters but more bytes', { id: `twitter:${'é'.repeat(253)}` }],
    ['an id without native part', { id: 'twitter:' }],
    ['an id without source', { id: '1' }],
    ['an id of another source', { id: 'reddit:1' }],
    ['an id that is a number', { id: 1 }],
    ['a negative count', { metrics: { likes: -1 } }],
    ['a count that is no integer', { metrics: { likes: 0.5 } }],
    ['a count that is a text', { metrics: { likes: '1' } }],
    ['a count above 10^9', { metrics: { likes: 1_000_000_001 } }],
    ['a score above 10^9', { metrics: { score: 1_000_000_001 } }],
    ['a score below -10^9', { metrics: { score: -1_000_000_001 } }],
    ['a count of null', { metrics: { likes: null } }],
    ['metrics as a list', { metrics: [] }],
    ['hashtags as a text', { hashtags: 'cats' }],
    ['more than 1,000 hashtags', { hashtags: Array.from({ length: 1_001 }, String) }],
    ['more than 100 tags', { tags: Array.from({ length: 101 }, String) }],
    ['a time without milliseconds', { created_at: '2026-11-20T17:38:40Z' }],
    ['a time of another zone', { created_at: '2026-11-20T18:38:40.000+01:00' }],
    ['February 30', { created_at: '2026-02-30T17:38:40.000Z' }],
    ['hour 24', { created_at: '2026-11-19T24:00:00.000Z' }],
    ['year 10000', { observed_at: '+010000-01-01T00:00:00.000Z' }],
  ])('invalid_event: %s', (_case, overrides) => {
    expect(parse({ ...makePost(), ...overrides })).toMatchObject({ ok: false, reason: 'invalid_event' });
  });

  test.each([
    ['created_before_2006', { created_at: '0001-01-01T00:00:00.000Z' }],
    ['created_before_2006', { created_at: '2005-12-31T23:59:59.999Z' }],
    ['created_in_future', { created_at: '9999-12-31T23:59:59.999Z' }],
    ['created_in_future', { created_at: '9999-12-31T23:59:59.999Z', observed_at: '9999-12-31T23:59:59.999Z' }],
    ['created_in_future', { observed_at: iso(Date.parse(CREATED_AT) - 10 * MINUTE_MS - 1) }],
    ['created_in_future', { created_at: iso(NOW_MS + 10 * MINUTE_MS + 1), observed_at: iso(NOW_MS + HOUR_MS) }],
    ['observed_in_future', { observed_at: '9999-12-31T23:59:59.999Z' }],
    ['observed_in_future', { observed_at: iso(NOW_MS + 48 * HOUR_MS + 1) }],
  ])('%s: %j, of posts and deletes', (reason, times) => {
    expect(parse(makePost(times))).toMatchObject({ ok: false, reason });
    expect(parse(makeDelete(times))).toMatchObject({ ok: false, reason });
  });

  test('what it is without a word of its content', () => {
    const parsed = parse({ ...makePost(), text: 7, id: 'secret\u0000', metrics: { likes: -7_654_321 } });

    expect(JSON.stringify(parsed)).not.toMatch(/secret|7654321/);
  });
});

test('a time of the right form is taken if and only if the calendar has it', () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
  const edge = fc.constantFrom('2007-02-28', '2008-02-29', '2007-02-29', '2016-04-30', '2016-04-31', '2016-12-31');
  const day = fc.oneof(
    edge,
    fc.tuple(fc.integer({ min: 2007, max: 2025 }), two(13), two(32)).map((parts) => parts.join('-')),
  );
  const clock = fc.tuple(two(25), two(61), two(61)).map((parts) => parts.join(':'));
  fc.assert(
    fc.property(day, clock, (date, time) => {
      const created = `${date}T${time}.000Z`;
      const ms = Date.parse(created);
      const isOfCalendar = !Number.isNaN(ms) && iso(ms) === created;

      expect(parse(makePost({ created_at: created })).ok).toBe(isOfCalendar);
    }),
    { numRuns: 5_000 },
  );
});

describe('a record is accepted', () => {
  test.each([
    ['with an id of 512 bytes', { id: `twitter:${'a'.repeat(504)}` }],
    ['with # and : in its id', { id: 'twitter:a#b:c#' }],
    ['with a negative score', { metrics: { score: -1_000_000_000 } }],
    ['with metrics of 10^9', { metrics: { likes: 1_000_000_000 } }],
    ['created at the start of 2006', { created_at: '2006-01-01T00:00:00.000Z' }],
    ['created ten minutes after it was observed', { observed_at: iso(Date.parse(CREATED_AT) - 10 * MINUTE_MS) }],
    ['observed 48 hours ahead', { observed_at: iso(NOW_MS + 48 * HOUR_MS) }],
    ['with a hashtag of 10,000 characters', { hashtags: ['a'.repeat(10_000)] }],
  ])('%s', (_case, overrides) => {
    const post = makePost(overrides);

    expect(parse(post)).toEqual({ ok: true, event: post });
  });

  test.each(SOURCES)('from %s', (source) => {
    expect(parse(makePost({ source }))).toMatchObject({ ok: true, event: { source } });
  });

  test('with unknown fields, which pass at every depth', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`);
    const post = makePost({ deep, metrics: { views: 3 }, author: { id: '1', badges: [deep] }, raw: { deep } });

    expect(parse(post)).toEqual({ ok: true, event: post });
  });

  test('with lists and metrics absent, which read as empty; what else is absent stays so', () => {
    const { v, id, source, kind, created_at, observed_at, text } = makePost({ text: 'hello' });

    expect(parse({ v, id, source, kind, created_at, observed_at, text })).toEqual({
      ok: true,
      event: makePost({ text: 'hello' }),
    });
  });

  test('as a delete with only id and times', () => {
    const event = { v: 1, id: 'reddit:t3_1', kind: 'delete', created_at: CREATED_AT, observed_at: OBSERVED_AT };

    expect(parse(event)).toEqual({ ok: true, event });
  });

  test('as JSON text and as a value alike', () => {
    const post = makePost({ text: 'hello' });

    expect(parseEventJson(JSON.stringify(post), NOW_MS)).toEqual(parse(post));
    expect(validateEvent(post, NOW_MS)).toEqual(parse(post));
  });
});

test('no bytes make the parser throw', () => {
  const fields = fc.record(
    {
      v: fc.constantFrom<unknown>(1, 2),
      id: fc.oneof(fc.constant('twitter:1'), fc.anything()),
      source: fc.oneof(fc.constant('twitter'), fc.anything()),
      kind: fc.oneof(fc.constantFrom('post', 'delete'), fc.anything()),
      created_at: fc.oneof(fc.constant(CREATED_AT), fc.anything()),
      observed_at: fc.oneof(fc.constant(OBSERVED_AT), fc.anything()),
      text: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
      metrics: fc.anything(),
      hashtags: fc.anything(),
    },
    { requiredKeys: ['v'] },
  );
  fc.assert(
    fc.property(fc.uint8Array(), fields, (bytes, value) => {
      expect(typeof parseEvent(bytes, NOW_MS).ok).toBe('boolean');
      expect(typeof validateEvent(value, NOW_MS).ok).toBe('boolean');
    }),
  );
});
