import { expect, test } from 'vitest';

import { givenSearch, searchLine, withSearch } from '../../../local/search/search-setting.ts';

const URL = 'http://127.0.0.1:9200';

test.each([
  ['a server', ['shards=2'], { url: URL }, ['shards=2', `searchEndpoint=${URL}`]],
  ['none', ['shards=2'], { off: 'no JDK' }, ['shards=2']],
  ['one that the person has named', ['searchEndpoint=http://s'], { url: URL }, ['searchEndpoint=http://s']],
])('the app is told of %s', (_name, settings, search, expected) => {
  expect(withSearch(settings, search)).toEqual(expected);
});

test('the last that the person has named counts, as with the CDK', () => {
  expect(givenSearch(['searchEndpoint=http://a', 'shards=2', 'searchEndpoint=http://b'])).toEqual({ url: 'http://b' });
  expect(givenSearch(['shards=2'])).toBeUndefined();
});

test('people are told in one line', () => {
  expect(searchLine({ url: URL })).toBe(`Search: OpenSearch at ${URL}.`);
  expect(searchLine({ off: 'there is no JDK.' })).toBe('Search is off: there is no JDK.');
});
