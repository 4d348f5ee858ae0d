import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { EVENT_FIELDS, LAKE_COLUMNS, columnName } from '../../core/event-fields.ts';
import { eventOfRow, isLakeRow, lakeRow } from '../../core/lake-row.ts';
import { lakeRowSettings } from '../../core/lake-settings.ts';
import { cutText } from '../../core/parse-event.ts';
import { documentOf, documentVersion } from '../../core/search/post-document.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { resolveWeights } from '../../presets/weights.ts';
import { anyPost } from '../support/any-post.ts';
import { CREATED_AT, OBSERVED_AT, makeDelete, makePost } from '../support/make-event.ts';
import { randomEvents } from '../support/random-events.ts';

const settings = lakeRowSettings({ features: [{ name: 'Camera', keywords: ['camera'] }], weights: resolveWeights({}) });
const facts = { eventKey: 'twitter:1#key', arrivedAtMs: Date.parse(OBSERVED_AT) + 250 };

/** A row as it is read from a line of the lake. */
function rowOf(event: SocialEvent): Record<string, unknown> {
  return JSON.parse(JSON.stringify(lakeRow(event, facts, settings))) as Record<string, unknown>;
}

describe('the row of a post', () => {
  test('has its fields side by side, what the engine found, and what it adds to a ranking', () => {
    const post = makePost({
      text: 'The camera is great',
      author: { id: '7', handle: 'ann', followers: 12 },
      metrics: { likes: 2, replies: 1 },
      place: { city: 'Paris', lat: 48.85, lon: 2.35 },
      ref: { quote_of: 'twitter:9' },
      raw: { id: 1 },
    });

    expect(rowOf(post)).toMatchObject({
      id: 'twitter:1',
      event_key: 'twitter:1#key',
      created_at: CREATED_AT,
      author_id: '7',
      author_handle: 'ann',
      author_followers: 12,
      metrics_likes: 2,
      engagement: 3,
      score: 1.8,
      place_city: 'Paris',
      place_lat: 48.85,
      ref_quote_of: 'twitter:9',
      sentiment_label: 'positive',
      features: [{ name: 'Camera', label: 'positive' }],
      raw: '{"id":1}',
    });
  });

  test('leaves out what is unknown, and keeps zeros, false and empty texts', () => {
    const row = rowOf(makePost({ text: '', truncated: false, metrics: { likes: 0 } }));

    expect(row).toMatchObject({ text: '', truncated: false, metrics_likes: 0 });
    expect(row).not.toHaveProperty('metrics_replies');
    expect(row).not.toHaveProperty('tags');
  });

  test('has every column where nothing is unknown', () => {
    const post = makePost({
      text: 'The camera is great',
      truncated: true,
      title: 'a',
      lang: 'en',
      url: 'https://example.com',
      author: {
        id: '7',
        handle: 'ann',
        name: 'Ann',
        followers: 1,
        location: 'Paris',
        created_at: CREATED_AT,
        verified: true,
      },
      metrics: { replies: 1, reposts: 1, likes: 1, quotes: 1, comments: 1, score: -1, rsvps: 1 },
      tags: ['t'],
      hashtags: ['h'],
      mentions: ['m'],
      urls: ['u'],
      media: ['image'],
      annotations: [{ domain: 'd', entity: 'e' }],
      place: { name: 'n', city: 'c', state: 's', country: 'y', lat: 1, lon: 2 },
      category: 'c',
      ref: { reply_to: 'twitter:2', quote_of: 'twitter:3', repost_of: 'twitter:4' },
      raw: { id: 1 },
    });

    expect(Object.keys(rowOf(post))).toEqual(LAKE_COLUMNS.map(({ name }) => name));
  });

  test('has no field that is not a column', () => {
    fc.assert(
      fc.property(anyPost, (post) => {
        const names = new Set(LAKE_COLUMNS.map(({ name }) => name));
        expect(Object.keys(rowOf(post)).filter((name) => !names.has(name))).toEqual([]);
      }),
    );
  });
});

test('the row of a delete has its times and its key, and nothing that it may have said', () => {
  expect(rowOf(makeDelete({ id: 'twitter:1', text: 'gone' }))).toEqual({
    v: 1,
    id: 'twitter:1',
    event_key: 'twitter:1#key',
    source: 'twitter',
    kind: 'delete',
    created_at: CREATED_AT,
    observed_at: expect.any(String),
    arrived_at: '2026-11-20T17:38:45.250Z',
  });
});

describe('the event of a row', () => {
  const sameDocument = (event: SocialEvent): void => {
    const read = eventOfRow(rowOf(event), Date.parse(event.observed_at));

    expect(read.ok).toBe(true);
    if (!read.ok) return;
    expect(documentOf(read.event, settings.engine)).toEqual(documentOf(event, settings.engine));
    expect(documentVersion(read.event)).toBe(documentVersion(event));
  };

  test('has the same document in the index as the event that the row was made from', () => {
    fc.assert(fc.property(anyPost.map(cutText), sameDocument));
  });

  test('likewise for what the generator sends, deletes among it', () => {
    const events = randomEvents({
      seed: 7,
      count: 500,
      fromMs: Date.parse(CREATED_AT),
      toMs: Date.parse(OBSERVED_AT),
      name: 'lake',
    });
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) sameDocument(event);
  });

  test('takes null for absent, as columns of a file are', () => {
    const nulls = Object.fromEntries(LAKE_COLUMNS.map(({ name }) => [name, null]));
    const read = eventOfRow({ ...nulls, ...rowOf(makePost({ text: 'hello' })) }, Date.parse(OBSERVED_AT));

    expect(read).toMatchObject({ ok: true, event: { id: 'twitter:1', text: 'hello' } });
  });

  test('says what is wrong with a row that holds none', () => {
    expect(eventOfRow({ event_key: 'x', id: 'twitter:1' }, 0)).toMatchObject({ ok: false });
  });
});

test.each([
  ['a row', { event_key: 'twitter:1#…' }, true],
  ['an event', makePost({}), false],
  ['no object', 'event_key', false],
  ['null', null, false],
])('%s is told from an event as it was sent', (_, value, expected) => {
  expect(isLakeRow(value)).toBe(expected);
});

test('no two fields share a column', () => {
  const names = EVENT_FIELDS.map(({ path }) => columnName(path));
  expect(new Set(names).size).toBe(names.length);
});
