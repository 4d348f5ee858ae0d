import fc from 'fast-check';

import { hasCanonicalForm } from '../../core/canonical-json.ts';
import { POST_KINDS, PostSchema, type Post } from '../../core/social-event.ts';
import { SOURCES } from '../../core/sources.ts';

const MONTHS = ['2026-10', '2026-11'] as const;

/** Texts that networks send, and that nobody expects: empty, long, of any script, with signs and control characters. */
const anyText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    'null',
    '2026-11-20',
    '1e400',
    '{"a":1}',
    '\u0000\u0001',
    '\u202Eabc',
    '🔥👩‍👩‍👧',
    'İstanbul',
    'ﷺ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(12).map((n) => 'ß猫 a'.repeat(2 ** n)),
  fc.nat(12).map((n) => 'é'.repeat(2 ** n * 9)),
  fc.constantFrom('The camera is great, but the battery is terrible', 'iPhone 17 Pro: dot projector!'),
);
const anyCount = fc.oneof(fc.nat(1_000_000_000), fc.constantFrom(0, 1_000_000_000));
const anyList = fc.array(anyText, { maxLength: 4 });

/** Any value, which the contract lets pass in fields that it does not know. */
const anyOther = fc.jsonValue({ maxDepth: 2 });

function optional<T>(fields: { [name in keyof T]: fc.Arbitrary<T[name]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const someTime = fc
  .record({ month: fc.constantFrom(...MONTHS), ms: fc.nat(30 * 86_400_000 - 1) })
  .map(({ month, ms }) => Date.parse(`${month}-01T00:00:00.000Z`) + ms);

const required = fc.record({
  source: fc.constantFrom(...SOURCES),
  native: fc.oneof(
    fc.nat(1_000_000).map(String),
    fc.constantFrom('18446744073709551615', 'a b/c?d#e', '猫', 'x'.repeat(490)),
  ),
  kind: fc.constantFrom(...POST_KINDS),
  createdMs: someTime,
  afterMs: fc.nat(86_400_000),
  text: anyText,
  metrics: optional({
    replies: anyCount,
    reposts: anyCount,
    likes: anyCount,
    quotes: anyCount,
    comments: anyCount,
    score: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    rsvps: anyCount,
    views: anyOther,
  }),
});

const rest = optional({
  truncated: fc.boolean(),
  title: anyText,
  lang: fc.oneof(fc.constantFrom('en', 'es', 'zh-Hant'), anyText),
  url: anyText,
  author: fc
    .tuple(
      anyText.map((id) => id || 'x'),
      optional({
        handle: anyText,
        name: anyText,
        followers: anyCount,
        location: anyText,
        created_at: fc.oneof(anyText, fc.constant('2009-02-01T00:00:00Z')),
        verified: fc.boolean(),
        bio: anyOther,
      }),
    )
    .map(([id, author]) => ({ id, ...author })),
  tags: anyList,
  hashtags: anyList,
  mentions: anyList,
  urls: anyList,
  media: fc.array(fc.constantFrom('image', 'video', 'gif'), { maxLength: 4 }),
  annotations: fc.array(fc.record({ domain: anyText, entity: anyText, extra: anyOther }), { maxLength: 3 }),
  place: optional({
    name: anyText,
    city: anyText,
    state: anyText,
    country: anyText,
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
    extra: anyOther,
  }),
  category: anyText,
  ref: optional({ reply_to: anyText, quote_of: anyText, repost_of: anyText, extra: anyOther }),
  raw: fc.dictionary(fc.string(), anyOther, { maxKeys: 3 }),
  unknown_field: anyOther,
});

/** Any post that the contract allows and that tables can hold, with unknown fields everywhere. */
export const anyPost: fc.Arbitrary<Post> = fc
  .tuple(required, rest)
  .map(([{ source, native, createdMs, afterMs, ...post }, fields]) =>
    PostSchema.parse({
      v: 1,
      id: `${source}:${native}`,
      source,
      created_at: new Date(createdMs).toISOString(),
      observed_at: new Date(createdMs + afterMs).toISOString(),
      ...post,
      ...fields,
    }),
  )
  .filter(hasCanonicalForm);
