import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { normaliseHashtag, parseHashtags } from '../../core/hashtags.ts';

describe('the keyword of a hashtag', () => {
  test.each([
    ['lower case', 'CatsOfX', 'catsofx'],
    ['without #', '#Cats', 'cats'],
    ['without several #', '##cats', 'cats'],
    ['without a full-width #', '＃cats', 'cats'],
    ['NFKC: full-width letters', 'ＮＢＡ', 'nba'],
    ['NFKC: ligatures', 'ﬁnals', 'finals'],
    ['NFKC: a letter and its mark are one', 'mu\u0301sica', 'm\u00fasica'],
    ['emoji', '😀', '😀'],
    ['scripts without case', '猫', '猫'],
    ['sharp s stays', 'Straße', 'straße'],
    ['half a character is replaced', '\ud800cats', '\ufffdcats'],
    ['a # inside', 'x#y', 'x#y'],
    ['128 code points', 'a'.repeat(128), 'a'.repeat(128)],
    ['128 code points of two units each', '😀'.repeat(128), '😀'.repeat(128)],
    ['128 code points behind the #', `#${'a'.repeat(128)}`, 'a'.repeat(128)],
  ])('%s', (_case, hashtag, keyword) => {
    expect(normaliseHashtag(hashtag)).toBe(keyword);
  });

  test.each([
    ['129 code points', 'a'.repeat(129)],
    ['129 code points of two units each', '😀'.repeat(129)],
    ['10,000 code points', 'a'.repeat(10_000)],
    ['65 characters that become 130', 'ﬁ'.repeat(65)],
    ['an empty one', ''],
    ['# alone', '#'],
  ])('there is none for %s', (_case, hashtag) => {
    expect(normaliseHashtag(hashtag)).toBeUndefined();
  });

  test('is the same with and without #, and well-formed, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (hashtag) => {
        const keyword = normaliseHashtag(hashtag);

        expect(normaliseHashtag(`#${hashtag}`)).toBe(keyword);
        expect(keyword === undefined || (keyword.isWellFormed() && !keyword.startsWith('#'))).toBe(true);
        expect([...(keyword ?? 'a')].length).toBeLessThanOrEqual(128);
      }),
    );
  });
});

describe('the hashtags of a text', () => {
  test.each([
    ['in order, without #', 'I like #Cats and #dogs', ['Cats', 'dogs']],
    ['each once', '#cats #dogs #cats', ['cats', 'dogs']],
    ['at the start and before punctuation', '#cats, (#dogs)!', ['cats', 'dogs']],
    ['full-width', '＃猫 が好き', ['猫']],
    ['letters with marks', '#mu\u0301sica', ['mu\u0301sica']],
    ['underscores and digits', '#cats_2026', ['cats_2026']],
    ['not digits alone', 'we are #1 and #2026', []],
    ['not inside a word', 'C#sharp a#b', []],
    ['not in an address', 'https://example.com/#top &#39;', []],
    ['none', 'nothing here', []],
    ['empty text', '', []],
  ])('%s', (_case, text, hashtags) => {
    expect(parseHashtags(text)).toEqual(hashtags);
  });
});
