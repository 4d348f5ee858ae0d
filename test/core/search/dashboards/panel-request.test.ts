import { describe, expect, test } from 'vitest';

import { panelRequest } from '../../../../core/search/dashboards/panel-request.ts';
import { DashboardsSchema, slugOf } from '../../../../core/search/dashboards/panel-schema.ts';
import { savedObjectsOf } from '../../../../core/search/dashboards/saved-objects.ts';

const RANGE = { from: 'now-1h', to: 'now' };
const IN_RANGE = { range: { created_at: { gte: 'now-1h', lte: 'now' } } };

/** What the only panel of a dashboard asks. */
function requestOf(panel: object, filterBar: object[] = []) {
  const dashboards = DashboardsSchema.parse([{ title: 'D', filterBar, panels: [{ title: 'Panel', ...panel }] }]);
  const objects = savedObjectsOf({ preset: 'p', alias: 'posts', dashboards });
  const id = filterBar.length > 0 ? 'p-d-filters' : 'p-panel';
  const object = objects.find((each) => each.id === id);
  return object && panelRequest(object, RANGE);
}

const terms = (field: string, size = 10, order: object = { _count: 'desc' }) => ({ field, size, order });

describe('the request of a panel', () => {
  test.each<[string, object, object]>([
    ['a count asks nothing but the posts', { kind: 'metric' }, {}],
    [
      'a count by value is one group',
      { kind: 'metric', splitBy: { field: 'sentiment.label' } },
      { 2: { terms: terms('sentiment.label'), aggs: {} } },
    ],
    [
      'several numbers stand beside each other',
      {
        kind: 'metric',
        measures: [
          { of: 'average', field: 'sentiment.score' },
          { of: 'distinct', field: 'author.id' },
        ],
      },
      { 1: { avg: { field: 'sentiment.score' } }, 2: { cardinality: { field: 'author.id' } } },
    ],
    [
      'a pie is one group',
      { kind: 'pie', by: { field: 'tags', size: 4 } },
      { 2: { terms: terms('tags', 4), aggs: {} } },
    ],
    [
      'a line over time is of calendar hours',
      { kind: 'line', every: '1h' },
      {
        2: {
          date_histogram: { field: 'created_at', calendar_interval: '1h', min_doc_count: 1 },
          aggs: {},
        },
      },
    ],
    [
      'lines are chosen over the whole time',
      { kind: 'line', every: '30m', splitBy: { field: 'tags' } },
      {
        2: {
          terms: terms('tags'),
          aggs: {
            3: {
              date_histogram: { field: 'created_at', fixed_interval: '30m', min_doc_count: 1 },
              aggs: {},
            },
          },
        },
      },
    ],
    [
      'bars are ordered by what they show',
      { kind: 'horizontal-bar', by: { field: 'author.handle' }, measure: { of: 'maximum', field: 'author.followers' } },
      {
        2: {
          terms: terms('author.handle', 10, { 1: 'desc' }),
          aggs: { 1: { max: { field: 'author.followers' } } },
        },
      },
    ],
    [
      'parts of bars have the order of the bars, and what orders both',
      {
        kind: 'bar',
        by: { field: 'tags' },
        splitBy: { field: 'source' },
        measure: { of: 'sum', field: 'engagement' },
      },
      {
        2: {
          terms: terms('tags', 10, { 1: 'desc' }),
          aggs: {
            3: { terms: terms('source', 10, { 1: 'desc' }), aggs: { 1: { sum: { field: 'engagement' } } } },
            1: { sum: { field: 'engagement' } },
          },
        },
      },
    ],
    [
      'a table shows the newest text of each group',
      {
        kind: 'table',
        by: [{ field: 'ref.repost_of' }],
        measures: [{ of: 'posts' }, { of: 'latest', field: 'text' }],
      },
      {
        3: {
          terms: terms('ref.repost_of'),
          aggs: { 2: { top_hits: { _source: 'text', size: 1, sort: [{ created_at: { order: 'desc' } }] } } },
        },
      },
    ],
    [
      'a map is a grid with the middle of each cell',
      { kind: 'map' },
      {
        2: {
          geohash_grid: { field: 'location', precision: 2 },
          aggs: { centre: { geo_centroid: { field: 'location' } } },
        },
      },
    ],
  ])('%s', (_what, panel, aggs) => {
    expect(requestOf(panel)).toEqual({ size: 0, query: { bool: { filter: [IN_RANGE] } }, aggs });
  });

  test('of posts is their order', () => {
    expect(requestOf({ kind: 'search', columns: ['text'], sortBy: 'engagement' })).toEqual({
      size: 500,
      query: { bool: { filter: [IN_RANGE] } },
      sort: [{ engagement: { order: 'desc', unmapped_type: 'boolean' } }],
    });
  });

  test('asks for what all its filters let through', () => {
    const filters = [{ field: 'tags', anyOf: ['cats', 'dogs'] }, { since: 'now-10m' }];

    expect(requestOf({ kind: 'metric', filters })?.query).toEqual({
      bool: {
        filter: [
          IN_RANGE,
          {
            bool: {
              should: [{ match_phrase: { tags: 'cats' } }, { match_phrase: { tags: 'dogs' } }],
              minimum_should_match: 1,
            },
          },
          { range: { created_at: { gte: 'now-10m' } } },
        ],
      },
    });
  });

  test('of a filter bar is the values of each control', () => {
    expect(requestOf({ kind: 'metric' }, [{ field: 'source', label: 'Network' }])?.aggs).toEqual({
      1: { terms: { field: 'source', size: 100 } },
    });
  });

  test('is none for an index pattern and a dashboard', () => {
    const dashboards = DashboardsSchema.parse([{ title: 'D', panels: [{ kind: 'map', title: 'M' }] }]);
    const objects = savedObjectsOf({ preset: 'p', alias: 'posts', dashboards });

    expect(objects.filter((object) => panelRequest(object, RANGE)).map(({ id }) => id)).toEqual(['p-m']);
  });
});

test.each([
  ['Total Dog Posts', 'total-dog-posts'],
  ['  What? — 100 %!', 'what-100'],
  ['Größe', 'größe'],
  ['—', ''],
])('the title %j is %j in an id', (title, slug) => {
  expect(slugOf(title)).toBe(slug);
});
