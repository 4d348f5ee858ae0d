import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SOURCES } from '../../core/sources.ts';
import { millionths, resolveWeights } from '../../presets/weights.ts';

describe('a weight in millionths', () => {
  test.each([
    [0, 0],
    [1, 1_000_000],
    [0.2, 200_000],
    [0.29, 290_000],
    [1.1, 1_100_000],
    [0.000001, 1],
    [-0.5, -500_000],
    [1_000, 1_000_000_000],
    [999.999999, 999_999_999],
  ])('of %d is %i', (decimal, integer) => {
    expect(millionths(decimal)).toBe(integer);
  });

  test('is exact for every number of six decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (integer) => {
        const digits = String(Math.abs(integer)).padStart(7, '0');
        const decimal = Number(`${integer < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`);

        expect(millionths(decimal)).toBe(integer);
      }),
    );
  });

  test.each([[0.1234567], [1e-7], [Number.NaN], [Number.POSITIVE_INFINITY], [0.1 + 0.2]])(
    'is refused for %d',
    (decimal) => {
      expect(() => millionths(decimal)).toThrow(RangeError);
    },
  );
});

describe('the weights of a preset', () => {
  test('are those of the design where the preset says nothing', () => {
    const microblog = { replies: 200_000, reposts: 500_000, likes: 300_000, mention: 1_000_000 };
    const forum = { comments: 200_000, score: 800_000, mention: 1_000_000 };

    expect(resolveWeights({})).toEqual({
      twitter: microblog,
      bluesky: microblog,
      mastodon: microblog,
      reddit: forum,
      hackernews: forum,
      meetup: { rsvps: 100_000, mention: 1_000_000 },
      wikimedia: { mention: 1_000_000 },
    });
  });

  test('can be set one by one', () => {
    const { twitter, reddit } = resolveWeights({ twitter: { likes: 0.4, quotes: 0.1 } });

    expect(twitter).toEqual({
      replies: 200_000,
      reposts: 500_000,
      likes: 400_000,
      quotes: 100_000,
      mention: 1_000_000,
    });
    expect(reddit).toEqual({ comments: 200_000, score: 800_000, mention: 1_000_000 });
  });

  test('of 0 take a metric out: no mention gives the formula of the system it replaces', () => {
    const none = Object.fromEntries(SOURCES.map((source) => [source, { mention: 0 }]));

    expect(resolveWeights(none).reddit).toEqual({ comments: 200_000, score: 800_000 });
  });
});
