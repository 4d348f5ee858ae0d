import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MARK_END, MARK_START, markedParts } from '../../../core/search/marked-text.ts';
import { parseSearchText, type SearchClause } from '../../../core/search/search-text.ts';

const SIGNS = { word: '', phrase: '"', beginning: '*' } as const;
const SCOPES = { anywhere: '', hashtags: '#', accounts: '@' } as const;

/** What was understood, as short as it can be written. */
function shortly(clauses: readonly SearchClause[]): string {
  return clauses
    .map(({ anyOf, isExcluded }) => {
      const terms = anyOf.map(({ text, match, scope }) => `${SCOPES[scope]}${text}${SIGNS[match]}`);
      return `${isExcluded ? 'not ' : ''}${terms.join(' or ')}`;
    })
    .join(', ');
}

describe('what is typed', () => {
  test.each([
    ['', ''],
    ['lakers', 'lakers'],
    ['lakers win', 'lakers, win'],
    ['"lakers win" big', 'lakers win", big'],
    ['“lakers win”', 'lakers win"'],
    ['"lakers win', 'lakers win"'],
    ['""', ''],
    ['lakers -bulls', 'lakers, not bulls'],
    ['-"bad game"', 'not bad game"'],
    ['a OR b', 'a or b'],
    ['a OR b OR c d', 'a or b or c, d'],
    ['a b OR c', 'a, b or c'],
    ['a | b', 'a or b'],
    ['OR a', 'a'],
    ['a OR', 'a'],
    ['a OR OR b', 'a or b'],
    ['a OR -b', 'a, not b'],
    ['-a OR b', 'not a, b'],
    ['a or b', 'a, or, b'],
    ['#nba @kingjames', '#nba, @kingjames'],
    ['-#nba', 'not #nba'],
    ['＃nba', '#nba'],
    ['lak*', 'lak*'],
    ['* - # @ ! ()', ''],
    ['--a', 'not -a'],
    ['wi-fi', 'wi-fi'],
    ['a"b c"', 'a"b, c"'],
    ['🔥', '🔥'],
  ])('%j means %j', (text, meaning) => {
    expect(shortly(parseSearchText(text))).toBe(meaning);
  });

  test('means something whatever it is, and no more than a server takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const terms = parseSearchText(text).flatMap(({ anyOf }) => anyOf);

        expect(terms.length).toBeLessThanOrEqual(64);
        expect(terms.every((term) => term.text.trim() !== '')).toBe(true);
      }),
    );
  });
});

function marked(text: string): string {
  return text.replaceAll('<', MARK_START).replaceAll('>', MARK_END);
}

describe('marks of several copies', () => {
  test.each([
    ['none', 'a b', [], [['a b', false]]],
    [
      'one',
      'a b',
      ['<a> b'],
      [
        ['a', true],
        [' b', false],
      ],
    ],
    [
      'two with different marks',
      'a b c',
      ['<a> b c', 'a b <c>'],
      [
        ['a', true],
        [' b ', false],
        ['c', true],
      ],
    ],
    [
      'two that overlap',
      'abcd',
      ['<ab>cd', 'a<bc>d'],
      [
        ['abc', true],
        ['d', false],
      ],
    ],
    ['an empty text', '', [''], []],
  ] as const)('of %s', (_, text, copies, parts) => {
    expect(markedParts(text, copies.map(marked))).toEqual(parts.map(([part, isMatch]) => ({ text: part, isMatch })));
  });

  test('never change the text, whatever a copy is', () => {
    const copy = fc.string({ unit: fc.constantFrom(MARK_START, MARK_END, 'a', '🔥', ' ') });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(copy, { maxLength: 3 }), (text, copies) => {
        const parts = markedParts(text, copies);

        expect(parts.map((part) => part.text).join('')).toBe(text);
      }),
    );
  });
});
