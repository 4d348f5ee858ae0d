import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatMillionths, parseMillionths, scoreEvent, scoreTerms } from '../../core/event-score.ts';

const TWITTER = { replies: 200_000, reposts: 500_000, likes: 300_000, mention: 1_000_000 };
const REDDIT = { comments: 200_000, score: 800_000, mention: 1_000_000 };

describe('the score of an event', () => {
  test.each([
    ['no metric', TWITTER, {}, '1'],
    ['a missing metric adds nothing', TWITTER, { likes: 1, replies: undefined }, '1.3'],
    ['one of each', TWITTER, { replies: 1, reposts: 1, likes: 1 }, '2'],
    ['a metric without weight adds nothing', TWITTER, { quotes: 5, score: 5 }, '1'],
    ['a negative score', REDDIT, { comments: 1, score: -50 }, '-38.8'],
    ['sums that doubles get wrong (0.1 + 0.2)', { replies: 100_000, likes: 200_000 }, { replies: 1, likes: 1 }, '0.3'],
    ['the greatest metrics', TWITTER, { replies: 1e9, reposts: 1e9, likes: 1e9 }, '1000000001'],
    ['the lowest score', REDDIT, { score: -1e9 }, '-799999999'],
    [
      'products beyond 2^53',
      { likes: 999_999_999, score: 999_999_999 },
      { likes: 999_999_999, score: -999_999_998 },
      '999.999999',
    ],
    ['a mention of weight 0', { comments: 200_000, mention: 0 }, { comments: 3 }, '0.6'],
    ['no weights', {}, { likes: 7 }, '0'],
  ])('%s', (_case, weights, metrics, shown) => {
    expect(formatMillionths(scoreEvent(metrics, weights))).toBe(shown);
  });

  test.each([
    ['twitter', { replies: 200_000, reposts: 500_000, likes: 300_000, mention: 0 }, { replies: 4, likes: 3 }, '1.7'],
    ['reddit', { comments: 200_000, score: 800_000, mention: 0 }, { comments: 1, score: -1 }, '-0.6'],
  ])('is not cut to a whole number as in the system it replaces: %s', (_source, weights, metrics, shown) => {
    expect(formatMillionths(scoreEvent(metrics, weights))).toBe(shown);
  });

  test('is the exact sum of weight times metric', () => {
    const weight = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    const count = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(weight, weight, count, count, (w1, w2, likes, score) => {
        const exact = BigInt(w1) * BigInt(likes) + BigInt(w2) * BigInt(score);

        expect(scoreEvent({ likes, score }, { likes: w1, score: w2 })).toBe(exact);
      }),
    );
  });
});

describe('the terms of a score', () => {
  test('name weight, count and product of every metric that is known', () => {
    expect(scoreTerms({ likes: 3, replies: undefined }, TWITTER)).toEqual([
      { metric: 'likes', weight: 300_000, count: 3, score: 900_000n },
      { metric: 'mention', weight: 1_000_000, count: 1, score: 1_000_000n },
    ]);
  });

  test('add up exactly to it', () => {
    const number = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    const some = fc.record(
      { likes: number, score: number, comments: number, replies: number },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(some, some, number, (metrics, weights, mention) => {
        const terms = scoreTerms(metrics, { ...weights, mention });

        expect(terms.reduce((sum, { score }) => sum + score, 0n)).toBe(scoreEvent(metrics, { ...weights, mention }));
      }),
    );
  });
});

describe('millionths are shown', () => {
  test.each([
    [0n, '0'],
    [1n, '0.000001'],
    [-1n, '-0.000001'],
    [1_700_000n, '1.7'],
    [-1_700_000n, '-1.7'],
    [12_000_000n, '12'],
    [100_000_000n, '100'],
    [999_999n, '0.999999'],
    [1_000_000_000_000_000_000_000_000_001n, '1000000000000000000000.000001'],
  ])('%s as %s', (millionths, shown) => {
    expect(formatMillionths(millionths)).toBe(shown);
  });

  test('so that reading them back gives the same, without trailing zeros', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (millionths) => {
        const shown = formatMillionths(millionths);

        const [, sign, whole = '', fraction = ''] = /^(-?)(0|[1-9]\d*)(?:\.(\d{0,5}[1-9]))?$/.exec(shown) ?? [];
        expect(sign).toBeDefined();
        expect(BigInt(`${sign}${whole}${fraction.padEnd(6, '0')}`)).toBe(millionths);
        expect(parseMillionths(shown)).toBe(millionths);
      }),
    );
  });

  test.each(['', '-', '1e3', '1.', '.5', '0.1234567', 'NaN'])('and %j is no number of them', (text) => {
    expect(() => parseMillionths(text)).toThrow(RangeError);
  });
});
