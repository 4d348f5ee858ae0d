import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { extractKeywords, wordsOf } from '../../core/keywords.ts';
import { extractPhrases } from '../../core/phrases.ts';

const noPhrases = () => [];

describe('the keywords of a post', () => {
  test('are its hashtags, normalised, then its phrases', () => {
    const post = { hashtags: ['#NBA', 'ＣＡＴＳ'], text: 'The battery life is great' };

    expect(extractKeywords(post, () => ['battery life', 'great'])).toEqual(['nba', 'cats', 'battery life', 'great']);
  });

  test('are each there once', () => {
    const post = { hashtags: ['Cats', '#cats', 'CATS'], text: '' };

    expect(extractKeywords(post, () => ['cats', 'dogs', 'dogs'])).toEqual(['cats', 'dogs']);
  });

  test('leave out a hashtag that is none and keep the others', () => {
    const post = { hashtags: ['', '#', 'a'.repeat(10_000), 'a'.repeat(129), 'a'.repeat(128)], text: '' };

    expect(extractKeywords(post, noPhrases)).toEqual(['a'.repeat(128)]);
  });

  test('are none for a post without words and hashtags', () => {
    expect(extractKeywords({ hashtags: [], text: '' }, extractPhrases)).toEqual([]);
  });

  test('hold every hashtag, whatever the text says', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z]{1,20}$/)), fc.string(), (hashtags, text) => {
        const keywords = extractKeywords({ hashtags, text }, extractPhrases);

        const expected = [...new Set(hashtags.map((hashtag) => hashtag.toLowerCase()))];
        expect(keywords.slice(0, expected.length)).toEqual(expected);
        expect(new Set(keywords).size).toBe(keywords.length);
      }),
    );
  });

  test('are asked for in the language of the post', () => {
    const asked: unknown[] = [];

    extractKeywords({ hashtags: [], title: 'Title', text: 'text', lang: 'es' }, (...args) => {
      asked.push(args);
      return [];
    });

    expect(asked).toEqual([['Title\ntext', 'es']]);
  });
});

describe('the words of a post', () => {
  test.each([
    ['its text', { text: 'text' }, 'text'],
    ['its title and its text', { title: 'Title', text: 'text' }, 'Title\ntext'],
    ['its text alone where that repeats the title', { title: 'Title', text: 'Title and more' }, 'Title and more'],
    ['its title where there is no text', { title: 'Title', text: '' }, 'Title\n'],
  ])('are %s', (_case, post, words) => {
    expect(wordsOf(post)).toBe(words);
  });
});
