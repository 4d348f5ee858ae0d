import { describe, expect, test } from 'vitest';

import { canHold, categoriesOf, isBounded, sourceCategory } from '../../core/categories.ts';

describe('the categories of an event', () => {
  test.each([
    ['none', {}, []],
    ['tags', { tags: ['music', 'cats with images'] }, ['tag:music', 'tag:cats with images']],
    ['in lower case', { tags: ['Music'], category: 'AskReddit' }, ['tag:music', 'category:reddit/askreddit']],
    ['each once', { tags: ['music', 'Music', 'MUSIC'] }, ['tag:music']],
    ['a tag that looks like a category stays a tag', { tags: ['source:reddit'] }, ['tag:source:reddit']],
    ['256 bytes are enough', { tags: ['a'.repeat(252)] }, [`tag:${'a'.repeat(252)}`]],
    ['more than 256 bytes are left out', { tags: ['a'.repeat(253), 'b'] }, ['tag:b']],
    ['bytes, not characters, are counted', { tags: ['é'.repeat(127), 'é'.repeat(126)] }, [`tag:${'é'.repeat(126)}`]],
    ['a category of more than 256 bytes is left out', { category: 'x'.repeat(300) }, []],
  ])('%s', (_case, event, categories) => {
    expect(categoriesOf({ tags: [], ...event }, 'reddit')).toEqual(categories);
  });

  test('S0-15: the category of a meetup is read', () => {
    expect(categoriesOf({ tags: [], category: 'Tech' }, 'meetup')).toEqual(['category:meetup/tech']);
  });

  test('the same category of two networks is two', () => {
    const [reddit, meetup] = (['reddit', 'meetup'] as const).map((s) =>
      categoriesOf({ tags: [], category: 'tech' }, s),
    );

    expect(reddit).not.toEqual(meetup);
  });

  test.each([
    ['all', true],
    [sourceCategory('reddit'), true],
    ['tag:music', true],
    ['category:reddit/music', false],
  ])('%s: bounded is %j', (category, bounded) => {
    expect(isBounded(category)).toBe(bounded);
  });
});

test.each([
  ['all', true],
  ['tag:source:twitter', true],
  ['source:reddit', true],
  ['source:twitter', false],
  ['category:reddit/tech', true],
  ['category:redditors/tech', false],
  ['category:meetup/tech', false],
])('%s can hold events of reddit: %s', (category, expected) => {
  expect(canHold(category, 'reddit')).toBe(expected);
});
