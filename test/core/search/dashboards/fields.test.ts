import { describe, expect, test } from 'vitest';

import { findField, isFacet, isNumber } from '../../../../core/search/dashboards/fields.ts';

describe('a field of the index', () => {
  test.each([
    ['source', 'keyword', true],
    ['author.handle', 'keyword', true],
    ['author.followers', 'long', true],
    ['hashtags', 'keyword', true],
    ['hashtags.prefix', 'text', false],
    ['text', 'text', false],
    ['text.en', 'text', false],
    ['url', 'keyword', false],
    ['created_at', 'date', true],
    ['location', 'geo_point', true],
    ['features.name', 'keyword', true],
  ])('%s is %s; posts are grouped by it: %s', (path, type, isAggregatable) => {
    expect(findField(path)).toEqual({ type, isAggregatable });
  });

  test.each([
    '',
    'nothing',
    'author',
    'features',
    'author.nothing',
    'source.sub.sub',
    'toString',
    'author.',
    '.author',
  ])('is not %j', (path) => {
    expect(findField(path)).toBeUndefined();
  });

  test('inside a nested one is hidden from panels unless it is copied into the root', () => {
    const properties = { name: { type: 'keyword' } };

    expect(findField('a.name', { a: { type: 'nested', properties } })?.isAggregatable).toBe(false);
    expect(findField('a.name', { a: { type: 'nested', include_in_root: true, properties } })?.isAggregatable).toBe(
      true,
    );
  });

  test('makes groups by words and flags, and sums by numbers', () => {
    expect(['source', 'deleted', 'engagement', 'text', 'created_at', 'location'].filter(isFacet)).toEqual([
      'source',
      'deleted',
    ]);
    expect(['engagement', 'sentiment.score', 'created_at', 'source'].filter(isNumber)).toEqual([
      'engagement',
      'sentiment.score',
    ]);
  });
});
