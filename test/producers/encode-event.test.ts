import { expect, test } from 'vitest';

import { encodeEvent } from '../../producers/encode-event.ts';
import { liveRowKey } from '../../storage/live-row.ts';
import { CREATED_AT, makePost } from '../support/make-event.ts';

const NOW_MS = Date.parse(CREATED_AT) + 60_000;
const MIB = 1024 * 1024;

function decoded(value: unknown): unknown {
  const encoded = encodeEvent(value, NOW_MS);
  return encoded.ok ? JSON.parse(Buffer.from(encoded.data).toString('utf8')) : encoded.reason;
}

test('an event is written as it is, with fields that nobody knows', () => {
  const event = { ...makePost({ text: 'cats 🐈', raw: { a: [1] } }), unheard_of: { b: null } };

  expect(decoded(event)).toEqual(event);
});

test('raw is left out where the record would pass 1 MiB with it', () => {
  expect(decoded(makePost({ text: 'kept', raw: { big: 'x'.repeat(MIB) } }))).toEqual(makePost({ text: 'kept' }));
});

test('an event of more than 1 MiB without raw is rejected', () => {
  expect(decoded(makePost({ urls: ['x'.repeat(MIB)], raw: { a: 1 } }))).toMatch(/^too_large/);
});

test('the record takes at most 1 MiB with its partition key', () => {
  const overhead = JSON.stringify(makePost({ urls: [''] })).length + 2;

  expect(decoded(makePost({ urls: ['x'.repeat(MIB - overhead)] }))).toBeTypeOf('object');
  expect(decoded(makePost({ urls: ['x'.repeat(MIB - overhead + 1)] }))).toMatch(/^too_large/);
});

test('a long text is cut, so that every copy is the same', () => {
  expect(decoded(makePost({ text: 'é'.repeat(20_000) }))).toEqual(
    makePost({ text: 'é'.repeat(16_384), truncated: true }),
  );
});

test.each([
  ['invalid_event', { ...makePost(), metrics: { likes: -1 } }],
  ['unsupported_version', { ...makePost(), v: 2 }],
  ['created_in_future', makePost({ created_at: '9999-01-01T00:00:00.000Z', observed_at: '9999-01-01T00:00:00.000Z' })],
  ['unprocessable', makePost({ text: 'half \ud83d of it' })],
  ['unprocessable', { ...makePost(), other: Infinity }],
])('%s: what no consumer would take is not sent', (reason, value) => {
  expect(decoded(value)).toMatch(new RegExp(`^${reason}`));
});

test('half a character in raw, which no row holds, does not matter', () => {
  expect(encodeEvent(makePost({ raw: { text: '\ud83d' } }), NOW_MS)).toMatchObject({ ok: true });
});

test('producer and consumer name the row alike', () => {
  const encoded = encodeEvent({ ...makePost({ text: '\\ud83d null "🐈"', raw: { a: 1 } }), other: null }, NOW_MS);
  if (!encoded.ok) throw new Error(encoded.reason);
  const received = encodeEvent(JSON.parse(Buffer.from(encoded.data).toString('utf8')), NOW_MS);
  if (!received.ok) throw new Error(received.reason);

  expect(liveRowKey(received.event, 1)).toEqual(liveRowKey(encoded.event, 1));
});
