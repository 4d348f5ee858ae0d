import fc from 'fast-check';
import { expect, test } from 'vitest';

import { hasCanonicalForm } from '../../core/canonical-json.ts';
import { describeSearch } from '../support/describe-search.ts';
import { anyPost } from '../support/any-post.ts';
import { CREATED_AT, OBSERVED_AT, makePost } from '../support/make-event.ts';
import { randomEvents } from '../support/random-events.ts';
import { searchWorld } from '../support/search-world.ts';

const LEAST = {
  id: 'twitter:1',
  source: 'twitter',
  kind: 'post',
  created_at: CREATED_AT,
  observed_at: OBSERVED_AT,
  text: '',
};
const LONG = 'x'.repeat(40_000);

const ACCEPTED = {
  'the least that there is': {},
  'a tombstone': { text: undefined, kind: undefined, deleted: true },
  'a word too long for a keyword': { text: LONG, title: LONG },
  'names too long for a facet': {
    hashtags: [LONG],
    mentions: [LONG],
    tags: [LONG],
    urls: [LONG],
    category: LONG,
    lang: LONG,
  },
  'an author with everything too long': { author: { id: LONG, handle: LONG, name: LONG, location: LONG } },
  'places too long': {
    place: { name: LONG, city: LONG, state: LONG, country: LONG },
    location: { lat: -90, lon: 180 },
  },
  'an address too long': { url: LONG, ref: { reply_to: LONG }, annotations: [{ domain: LONG, entity: LONG }] },
  'a birthday of an account in any form': { author: { id: '7', created_at: 'in spring' } },
  'features of any name': { features: [{ name: LONG, label: 'positive', score: 1 }, { name: '' }] },
  'the greatest counts': {
    metrics: { likes: 1_000_000_000, score: -1_000_000_000 },
    engagement: Number.MAX_SAFE_INTEGER,
  },
};

const REFUSED = {
  'a bad date': [{ created_at: 'yesterday' }, 'mapper_parsing_exception'],
  'a date that is none': [{ observed_at: '2026-13-45T00:00:00.000Z' }, 'mapper_parsing_exception'],
  'an object for a text': [{ text: { text: 'x' } }, 'mapper_parsing_exception'],
  'a text for a count': [{ metrics: { likes: 'many' } }, 'mapper_parsing_exception'],
  'a count beyond 64 bits': [{ author: { id: '7', followers: 2 ** 64 } }, 'mapper_parsing_exception'],
  'a text for an object': [{ author: 'ann' }, 'mapper_parsing_exception'],
  'a text for a truth': [{ deleted: 'perhaps' }, 'mapper_parsing_exception'],
  'a place off the earth': [{ location: { lat: 91, lon: 0 } }, 'mapper_parsing_exception'],
  'a feature that is a text': [{ features: ['Camera'] }, 'mapper_parsing_exception'],
  'a field that nobody knows': [{ raw: { a: 1 } }, 'strict_dynamic_mapping_exception'],
  'a metric that nobody knows': [{ metrics: { views: 1 } }, 'strict_dynamic_mapping_exception'],
  'a field of a feature that nobody knows': [
    { features: [{ name: 'Camera', size: 1 }] },
    'strict_dynamic_mapping_exception',
  ],
  'a label beyond what a term holds': [{ kind: LONG }, 'illegal_argument_exception'],
} as const;

describeSearch('the template', (url) => {
  test('accepts what a post can be', async () => {
    const { indexDocument } = await searchWorld(url);
    const statuses: Record<string, number> = {};
    for (const [i, [name, fields]] of Object.entries(ACCEPTED).entries())
      statuses[name] = (await indexDocument({ ...LEAST, ...fields }, i + 1)).status;

    expect(Object.entries(statuses).filter(([, status]) => status >= 300)).toEqual([]);
    expect(Object.keys(statuses)).toHaveLength(Object.keys(ACCEPTED).length);
  });

  test('refuses what no post can be, and says why', async () => {
    const { indexDocument } = await searchWorld(url);
    const found: Record<string, unknown> = {};
    for (const [name, [fields]] of Object.entries(REFUSED)) {
      const { status, type } = await indexDocument({ ...LEAST, ...fields });
      found[name] = [status, type];
    }

    expect(found).toEqual(Object.fromEntries(Object.entries(REFUSED).map(([name, [, type]]) => [name, [400, type]])));
  });

  test('accepts the document of every event that the contract allows', async () => {
    const { index, client, alias } = await searchWorld(url);
    // An id has one time of creation, so an id that was drawn twice counts once.
    const drawn = fc.sample(anyPost, { numRuns: 1_000, seed: 11 });
    const posts = [...new Map(drawn.map((post) => [post.id, post])).values()];

    await index(...posts);

    expect(posts.length).toBeGreaterThan(500);
    expect((await client.count({ index: alias })).body.count).toBe(posts.length);
  });

  test('accepts the documents of random events, in any order and twice', async () => {
    const { index, client, alias } = await searchWorld(url);
    const [fromMs, toMs] = [Date.parse('2026-10-31T20:00:00.000Z'), Date.parse('2026-11-01T04:00:00.000Z')];
    const events = randomEvents({ seed: 3, count: 2_000, fromMs, toMs, name: 'template' }).filter(hasCanonicalForm);

    await index(...events);
    const { body: once } = await client.count({ index: `${alias}-*` });
    await index(...events.toReversed());

    expect(once.count).toBe(new Set(events.map(({ id }) => id)).size);
    expect((await client.count({ index: `${alias}-*` })).body).toEqual(once);
  });

  test('tells ids apart beyond what a number holds', async () => {
    const { index, find } = await searchWorld(url);
    await index(
      makePost({ id: 'twitter:9007199254740992', author: { id: '9007199254740992' } }),
      makePost({ id: 'twitter:9007199254740993', author: { id: '9007199254740993' } }),
    );

    expect(await find({ term: { 'author.id': '9007199254740993' } })).toEqual(['twitter:9007199254740993']);
    expect(await find({ term: { id: 'twitter:9007199254740992' } })).toEqual(['twitter:9007199254740992']);
  });

  test('finds places on earth', async () => {
    const { index, find } = await searchWorld(url);
    await index(
      makePost({ id: 'twitter:la', place: { lat: 34.05, lon: -118.24 } }),
      makePost({ id: 'twitter:berlin', place: { lat: 52.52, lon: 13.4 } }),
      makePost({ id: 'twitter:somewhere', place: { name: 'Los Angeles' } }),
    );

    expect(await find({ geo_distance: { distance: '50km', location: { lat: 34, lon: -118 } } })).toEqual([
      'twitter:la',
    ]);
  });

  test('keeps what is said of one feature apart from another', async () => {
    const { index, find } = await searchWorld(url);
    await index(makePost({ text: 'The camera is great. The battery is terrible.' }));
    const said = (name: string, label: string): object => ({
      nested: {
        path: 'features',
        query: { bool: { filter: [{ term: { 'features.name': name } }, { term: { 'features.label': label } }] } },
      },
    });

    expect(await find(said('camera', 'positive'))).toEqual(['twitter:1']);
    expect(await find(said('battery', 'negative'))).toEqual(['twitter:1']);
    expect(await find(said('camera', 'negative'))).toEqual([]);
    expect(await find({ term: { 'features.name': 'camera' } })).toEqual(['twitter:1']);
  });

  test('counts facets in one case', async () => {
    const { index, search } = await searchWorld(url);
    await index(
      makePost({ id: 'twitter:1', hashtags: ['Apple'], author: { id: '1', handle: 'ANN' } }),
      makePost({ id: 'twitter:2', hashtags: ['apple', 'APPLE'], author: { id: '1', handle: 'ann' } }),
      makePost({ id: 'twitter:3', hashtags: ['Äpple'], text: 'CAMERA' }),
      makePost({ id: 'twitter:4', hashtags: [], text: 'camera' }),
    );
    const facets = ['hashtags', 'author.handle', 'features.name'];

    const { aggregations } = await search({
      size: 0,
      aggs: Object.fromEntries(facets.map((field) => [field, { terms: { field } }])),
    });

    expect(facets.map((field) => aggregations[field]?.buckets.map((bucket) => [bucket.key, bucket.doc_count]))).toEqual(
      [[['apple', 3]], [['ann', 2]], [['camera', 2]]],
    );
  });
});
