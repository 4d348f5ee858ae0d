import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { emptyCell, type MergedCell } from '../../core/aggregate.ts';
import { compareCodePoints, rankKeywords, sumsOf } from '../../core/ranking.ts';

function makeCell(overrides: Partial<MergedCell> = {}): MergedCell {
  return { ...emptyCell(), sources: new Map(), ...overrides };
}

function rankedWords(cells: readonly (readonly [string, MergedCell])[]): string[] {
  return rankKeywords(new Map(cells)).map(({ key_word }) => key_word);
}

const entries = fc.uniqueArray(
  fc.tuple(
    fc.oneof(fc.constantFrom('a', 'b', 'ab', '😀', '\ufffd', '\ue000', 'é'), fc.string({ unit: 'grapheme' })),
    fc.record({ score: fc.bigInt({ min: -2n, max: 2n }), mentions: fc.nat(2) }).map(makeCell),
  ),
  { selector: ([word]) => word, maxLength: 40 },
);

describe('the ranks of keywords', () => {
  test.each([
    [
      'by score',
      [
        ['low', { score: 1n }],
        ['high', { score: 2n }],
      ],
      ['high', 'low'],
    ],
    [
      'negative scores last',
      [
        ['a', { score: -1n }],
        ['b', { score: 0n }],
      ],
      ['b', 'a'],
    ],
    [
      'by exact score beyond 2^53',
      [
        ['low', { score: 2n ** 60n }],
        ['high', { score: 2n ** 60n + 1n }],
      ],
      ['high', 'low'],
    ],
    [
      'S0-24: ties by mentions',
      [
        ['few', { mentions: 1 }],
        ['many', { mentions: 2 }],
      ],
      ['many', 'few'],
    ],
    [
      'S0-24: ties of both by keyword',
      [
        ['b', {}],
        ['a', {}],
        ['ab', {}],
      ],
      ['a', 'ab', 'b'],
    ],
    [
      'emoji after U+FFFD and U+E000',
      [
        ['😀', {}],
        ['\ufffd', {}],
        ['\ue000', {}],
      ],
      ['\ue000', '\ufffd', '😀'],
    ],
    [
      'score before mentions',
      [
        ['a', { score: 1n, mentions: 9 }],
        ['b', { score: 2n, mentions: 1 }],
      ],
      ['b', 'a'],
    ],
  ] as const)('are %s', (_case, cells, expected) => {
    expect(rankedWords(cells.map(([word, cell]) => [word, makeCell(cell)] as const))).toEqual(expected);
  });

  test('S0-24: are total: 1, 2, 3, ..., and the same in whatever order keywords come', () => {
    fc.assert(
      fc.property(
        entries.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
        ),
        ([all, shuffled]) => {
          const ranking = rankKeywords(new Map(all));

          expect(ranking.map(({ rank }) => rank)).toEqual(all.map((_, i) => i + 1));
          expect(rankKeywords(new Map(shuffled))).toEqual(ranking);
        },
      ),
    );
  });

  test('never put a keyword before a better one', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const ranking = rankKeywords(new Map(all));

        const isOrdered = ranking.slice(1).every((next, i) => {
          const previous = ranking[i] ?? next;
          if (previous.score !== next.score) return previous.score > next.score;
          if (previous.mentions !== next.mentions) return previous.mentions > next.mentions;
          return Buffer.compare(Buffer.from(previous.key_word), Buffer.from(next.key_word)) < 0;
        });
        expect(isOrdered).toBe(true);
      }),
    );
  });

  test('carry the sums of their keyword, authors counted', () => {
    const cell = makeCell({
      score: 7n,
      mentions: 3,
      sentiment: -5,
      negative: 2,
      neutral: 1,
      authors: new Set(['a', 'b']),
      sources: new Map([['reddit', 3]]),
    });

    const sums = {
      score: 7n,
      mentions: 3,
      authors: 2,
      sentiment: -5,
      positive: 0,
      neutral: 1,
      negative: 2,
      sources: { reddit: 3 },
    };
    expect(sumsOf(cell)).toEqual(sums);
    expect(rankKeywords(new Map([['cats', cell]]))).toEqual([{ rank: 1, key_word: 'cats', ...sums }]);
  });
});

describe('code-point order', () => {
  test.each([
    ['the first code point beyond 16 bits', '\uffff', '\u{10000}'],
    ['neighbours of the last low surrogate', '\u{103fe}', '\u{103ff}'],
    ['the last code point', '\uffff', '\u{10ffff}'],
  ])('%s', (_, a, b) => {
    expect(compareCodePoints(a, b)).toBeLessThan(0);
    expect(compareCodePoints(b, a)).toBeGreaterThan(0);
  });

  test('is the order of UTF-8 bytes', () => {
    const unit = fc.constantFrom('a', 'b', 'é', '猫', '\ue000', '\uffff', '😀', '🔥', '𝒜');
    const text = fc.oneof(
      fc.string({ unit }),
      fc.string({ unit: 'binary' }).map((s) => s.toWellFormed()),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('differs from that of UTF-16 units, which < follows', () => {
    expect(compareCodePoints('\ufffd', '😀')).toBeLessThan(0);
    expect(['\ufffd', '😀'].toSorted()).toEqual(['😀', '\ufffd']);
  });
});
