import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { POST_FIELDS, type FieldMapping } from '../../../core/search/index-template.ts';
import { documentOf, documentVersion, type PostDocument } from '../../../core/search/post-document.ts';
import { searchEngine } from '../../../core/search/search-engine.ts';
import type { Post } from '../../../core/social-event.ts';
import { anyPost } from '../../support/any-post.ts';
import { CREATED_AT, OBSERVED_AT, makeDelete, makePost } from '../../support/make-event.ts';
import { randomEvents } from '../../support/random-events.ts';

const engine = searchEngine({ features: [{ name: 'Camera', keywords: ['camera'] }] });

function postDocument(overrides: Partial<Post>): PostDocument {
  return documentOf(makePost(overrides), engine) as PostDocument;
}

describe('the document of a post', () => {
  test('that says nothing has what identifies it, its text and what the engine sees', () => {
    expect(postDocument({})).toEqual({
      id: 'twitter:1',
      source: 'twitter',
      kind: 'post',
      created_at: CREATED_AT,
      observed_at: OBSERVED_AT,
      text: '',
      sentiment: { score: 0, label: 'neutral' },
    });
  });

  test.each([
    ['no metric', {}, undefined],
    ['counts', { likes: 2, replies: 3, rsvps: 4 }, 9],
    ['a score', { score: 5, comments: 1 }, 6],
    ['a score below zero, which takes nothing away', { score: -5, comments: 1 }, 1],
    ['zeros, which are known', { likes: 0 }, 0],
    ['a metric that the contract does not know', { views: 7 }, undefined],
  ])('of %s has an engagement of its own', (_, metrics, engagement) => {
    expect(postDocument({ metrics }).engagement).toBe(engagement);
  });

  test.each([
    ['both coordinates', { lat: 34.05, lon: -118.24, city: 'Los Angeles' }, { lat: 34.05, lon: -118.24 }],
    ['the equator and Greenwich', { lat: 0, lon: 0 }, { lat: 0, lon: 0 }],
    ['one coordinate', { lat: 34.05 }, undefined],
    ['a name', { name: 'Home' }, undefined],
  ])('with %s of a place', (_, place, location) => {
    expect(postDocument({ place }).location).toEqual(location);
  });

  test('names the features with what is said of each', () => {
    expect(postDocument({ text: 'The camera is great' }).features).toEqual([
      { name: 'Camera', label: 'positive', score: expect.any(Number) },
    ]);
  });

  test('in a language without engine has no sentiment, and names features all the same', () => {
    const document = postDocument({ text: 'La camera es genial', lang: 'es' });

    expect(document).not.toHaveProperty('sentiment');
    expect(document.features).toEqual([{ name: 'Camera' }]);
  });

  test('depends on nothing but the fields of the contract without raw', () => {
    fc.assert(
      fc.property(anyPost, (post) => {
        const { raw: _, unknown_field: __, ...known } = post;

        expect(JSON.stringify(documentOf(known as Post, engine))).toBe(JSON.stringify(documentOf(post, engine)));
      }),
    );
  });

  test('has no field that the template would refuse', () => {
    fc.assert(
      fc.property(anyPost, (post) => {
        expect(unknownFields(documentOf(post, engine), POST_FIELDS)).toEqual([]);
      }),
    );
  });

  test('holds nothing empty but the text', () => {
    fc.assert(
      fc.property(anyPost, (post) => {
        const { text: _, ...others } = documentOf(post, engine) as PostDocument;

        for (const value of Object.values(others))
          expect([undefined, '""', '[]', '{}']).not.toContain(JSON.stringify(value));
      }),
    );
  });
});

test('random events make documents of fields that the template has', () => {
  const [fromMs, toMs] = [Date.parse('2026-11-20T17:00:00.000Z'), Date.parse('2026-11-20T18:00:00.000Z')];
  const events = randomEvents({ seed: 1, count: 500, fromMs, toMs, name: 'document' });

  expect(events.flatMap((event) => unknownFields(documentOf(event, engine), POST_FIELDS))).toEqual([]);
});

describe('the document of a delete', () => {
  test('holds nothing that the post said', () => {
    const event = { ...makeDelete(), text: 'secret', author: { id: '7' } };

    expect(documentOf(event, engine)).toEqual({
      id: 'twitter:1',
      source: 'twitter',
      created_at: CREATED_AT,
      observed_at: OBSERVED_AT,
      deleted: true,
    });
  });
});

describe('the version of a document', () => {
  const LATER = '2026-11-20T17:38:45.001Z';

  test.each([
    ['a later observation', makePost({ observed_at: LATER }), makePost()],
    ['of one moment the delete', makeDelete(), makePost()],
    ['an observation after the delete', makePost({ observed_at: LATER }), makeDelete()],
  ])('%s is greater', (_, greater, smaller) => {
    expect(documentVersion(greater)).toBeGreaterThan(documentVersion(smaller));
  });

  test('is exact up to the last year of the contract', () => {
    const version = documentVersion(makeDelete({ observed_at: '9999-12-31T23:59:59.999Z' }));

    expect(version).toBe(2 * 253_402_300_799_999 + 1);
    expect(Number.isSafeInteger(version)).toBe(true);
  });
});

/** Paths of what a strict mapping without these fields would refuse. */
function unknownFields(document: object, fields: Readonly<Record<string, FieldMapping>>, path = ''): string[] {
  return Object.entries(document).flatMap(([name, value]: [string, unknown]) => {
    const field = fields[name];
    const at = `${path}${name}`;
    if (field === undefined) return [at];
    const values = Array.isArray(value) ? value : [value];
    const isObject = field.properties !== undefined;
    return values.flatMap((item: unknown) => {
      if (field.type === 'geo_point') return [];
      if (isObject !== (typeof item === 'object')) return [at];
      return isObject ? unknownFields(item as object, field.properties ?? {}, `${at}.`) : [];
    });
  });
}
