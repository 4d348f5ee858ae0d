import { createHash } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Enrichment } from '../../core/enrich.ts';
import { METRICS, type Post } from '../../core/social-event.ts';
import { SOURCES } from '../../core/sources.ts';
import { RefusedRowError } from '../../storage/errors.ts';
import {
  decodeLiveRow,
  liveDeleteRow,
  livePostRow,
  liveRowKey,
  observationAttributes,
  readLiveEvent,
  type LiveRow,
} from '../../storage/live-row.ts';
import { makeDelete, makePost } from '../support/make-event.ts';

const SETTINGS = { writeShards: 1, lateHours: 48, authorSalt: 'salt' };

const NOTHING: Enrichment = { key_words: [] };

function rowOf(overrides: Partial<Post> = {}, settings = SETTINGS, found = NOTHING): LiveRow {
  return livePostRow(makePost(overrides), found, settings);
}

/** A text that compresses to half its size: 128 characters, `pieces` times. */
function noise(pieces: number): string {
  return Array.from({ length: pieces }, (_, i) => createHash('sha512').update(String(i)).digest('hex')).join('');
}

/** What an aggregation reads of a row: its projection, through DynamoDB. */
function projected(row: LiveRow, source: Post['source']): object {
  return Object.fromEntries(observationAttributes(source).flatMap((name) => (name in row ? [[name, row[name]]] : [])));
}

const postsWithFindings = fc
  .record(
    {
      source: fc.constantFrom(...SOURCES),
      native: fc.stringMatching(/^[a-zé#:😀]{1,20}$/u),
      key_words: fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
      tags: fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
      metrics: fc.record(
        Object.fromEntries(METRICS.map((metric) => [metric, fc.integer({ min: 0, max: 1_000_000_000 })])),
        { requiredKeys: [] },
      ),
      category: fc.string({ unit: 'grapheme' }),
      sentiment: fc.record({
        score: fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 10_000),
        label: fc.constantFrom('positive', 'neutral', 'negative'),
      }),
    },
    { requiredKeys: ['source', 'native', 'key_words', 'tags', 'metrics'] },
  )
  .map(({ source, native, key_words, sentiment, ...rest }) => ({
    post: makePost({ source, id: `${source}:${native}`, ...rest }),
    found: { key_words, sentiment },
  }));

describe('a row that is read back', () => {
  test('is the same observation for every source, from the attributes that are read alone', () => {
    fc.assert(
      fc.property(postsWithFindings, ({ post, found }) => {
        const observation = decodeLiveRow(projected(livePostRow(post, found, SETTINGS), post.source));

        expect(observation).toEqual({
          id: post.id,
          eventKey: liveRowKey(post, 1).event_key,
          isDelete: false,
          keywords: found.key_words,
          tags: post.tags,
          category: post.category,
          author: undefined,
          metrics: post.metrics,
          sentiment: found.sentiment,
        });
      }),
    );
  });

  test.each(SOURCES)('has no metric that was not observed, never 0: %s', (source) => {
    const observation = decodeLiveRow(rowOf({ source, metrics: { likes: 0 } }));

    expect(observation?.metrics.likes).toBe(0);
    for (const metric of METRICS.filter((name) => name !== 'likes'))
      expect(observation?.metrics[metric]).toBeUndefined();
  });

  test('is a delete where it was one', () => {
    const event = makeDelete({ id: 'reddit:a#b' });
    const { event_key: eventKey } = liveRowKey(event, 1);

    expect(decodeLiveRow(projected(liveDeleteRow(event, SETTINGS), 'reddit'))).toMatchObject({
      id: 'reddit:a#b',
      eventKey,
      isDelete: true,
      keywords: [],
    });
  });

  test.each([
    ['no item', undefined],
    ['no key', {}],
    ['a key of another form', { event_key: 'twitter:1' }],
    ['a key without time', { event_key: `#0${'a'.repeat(16)}` }],
    ['a key of no known source', { event_key: `myspace:1#2026-11-20T17:38:45.000Z#0${'a'.repeat(16)}` }],
    ['keywords that are no list', { ...rowOf(), key_words: 'cats' }],
  ])('is none if there is %s', (_case, item) => {
    expect(decodeLiveRow(item)).toBeUndefined();
  });
});

describe('the columns of a row', () => {
  test.each([
    ['twitter', { favorites: 1, replies: 2, retweets: 3 }, { likes: 1, replies: 2, reposts: 3 }],
    ['reddit', { num_comments: 4, score: -5 }, { comments: 4, score: -5 }],
    ['bluesky', { likes: 1, reposts: 3 }, { likes: 1, reposts: 3 }],
    ['meetup', { rsvps: 6 }, { rsvps: 6 }],
  ] as const)('of %s are %j', (source, columns, metrics) => {
    expect(rowOf({ source, metrics })).toMatchObject(columns);
  });

  test('of a missing metric are not there', () => {
    expect(rowOf({ metrics: { replies: 2 } })).not.toHaveProperty('favorites');
  });

  test('S0-15: of a meetup tell name, place and category, and leave out what is unknown', () => {
    const row = rowOf({ source: 'meetup', title: 'Cats', category: 'Tech', place: { name: 'Hall', city: 'Turin' } });

    expect(row).toMatchObject({ name: 'Cats', venue: 'Hall', key_location_city: 'Turin', key_category: 'Tech' });
    expect(row).not.toHaveProperty('key_location_state');
    expect(Object.values(row)).not.toContain('None');
  });

  test('name an author by a salted hash, the same in every post and different per network and salt', () => {
    const author = { id: '42', handle: 'someone' };
    const hash = rowOf({ author })['author'];

    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(rowOf({ id: 'twitter:2', author })['author']).toBe(hash);
    expect(rowOf({ source: 'reddit', author })['author']).not.toBe(hash);
    expect(rowOf({ author }, { ...SETTINGS, authorSalt: 'other' })['author']).not.toBe(hash);
    expect(rowOf()).not.toHaveProperty('author');
  });

  test('expire an hour after the minute stopped accepting changes, of posts and deletes alike', () => {
    const expiresAt = Date.parse('2026-11-22T18:38:00.000Z') / 1_000;

    expect(rowOf().expires_at).toBe(expiresAt);
    expect(liveDeleteRow(makeDelete(), SETTINGS).expires_at).toBe(expiresAt);
  });
});

describe('the document of a row', () => {
  test.each([
    [
      'as text where the row costs one write unit',
      { text: 'é😀', unknown: { kept: [1] }, metrics: { views: 3 } },
      'string',
    ],
    ['compressed where it would cost more', { text: 'é'.repeat(2_000) }, 'object'],
  ])('is the event as it was sent, %s', (_, overrides, type) => {
    const row = rowOf(overrides);

    expect(typeof row['doc']).toBe(type);
    expect(readLiveEvent(row)).toEqual(makePost(overrides));
  });

  test('is the delete', () => {
    expect(readLiveEvent(liveDeleteRow(makeDelete(), SETTINGS))).toEqual(makeDelete());
  });

  test('never holds raw', () => {
    expect(readLiveEvent(rowOf({ raw: { a: 1 } }))).not.toHaveProperty('raw');
    expect(readLiveEvent(liveDeleteRow(makeDelete({ raw: { a: 1 } }), SETTINGS))).not.toHaveProperty('raw');
  });

  test('makes the same row of the same event', () => {
    expect(rowOf({ text: 'hello' })).toEqual(rowOf({ text: 'hello' }));
  });

  test('has the bytes that the key was made of, whatever else the event calls key_words', () => {
    const post = makePost({ key_words: 'mine', sentiment: 'mine' });
    const row = livePostRow(post, { key_words: ['cats'], sentiment: { score: 1, label: 'positive' } }, SETTINGS);

    expect(row).toMatchObject({ ...liveRowKey(post, 1), key_words: ['cats'], sentiment: 1 });
    expect(readLiveEvent(row)).toEqual(post);
  });

  test('is missed where there is none', () => {
    expect(() => readLiveEvent({})).toThrow('no document');
  });
});

describe('a row of more than 400 kB', () => {
  test.each([
    ['its document does not compress', { unknown: noise(8_000) }, NOTHING],
    ['its keywords are too many', {}, { key_words: Array.from({ length: 1_000 }, (_, i) => `${i}`.padEnd(450, 'a')) }],
    ['its tags are too long', { tags: ['a'.repeat(420_000)] }, NOTHING],
  ])('is refused: %s', (_case, overrides, found) => {
    expect(() => rowOf(overrides, SETTINGS, found)).toThrow(RefusedRowError);
  });

  test('is not refused for a document that compresses', () => {
    expect(rowOf({ text: 'a'.repeat(32_768), unknown: 'a'.repeat(900_000) })['doc']).toBeInstanceOf(Uint8Array);
  });
});
