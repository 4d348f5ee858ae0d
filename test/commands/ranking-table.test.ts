import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import { rankingTable, type RankingPage } from '../../commands/ranking-table.ts';
import type { RankedKeyword } from '../../core/ranking.ts';
import { windowOfKey } from '../../core/windows.ts';

function ranked(rank: number, keyword: string): RankedKeyword {
  const moods = { sentiment: 0, positive: 1, neutral: 1, negative: 1 };
  return { rank, key_word: keyword, score: 1_000_000n, mentions: 3, authors: 2, ...moods, sources: { twitter: 3 } };
}

function table(overrides: Partial<RankingPage>): string {
  const page: RankingPage = {
    window: windowOfKey('hour', '2026-11-20T17:00'),
    category: 'all',
    isOpen: false,
    view: { ranking: [] },
    before: { ranking: [] },
    ...overrides,
  };
  return stripVTControlCharacters(rankingTable(page));
}

describe('a ranking without keywords', () => {
  test.each([
    ['of an open window has nothing yet', { isOpen: true }, ': 0 posts\n  nothing yet\n'],
    ['of a window that has ended has nothing', {}, ': 0 posts\n  nothing\n'],
    [
      'whose summaries are gone is not known',
      { view: { ranking: [], unknown: 'all' } },
      ': posts not known\n  Not known: the summaries of this window are not kept any more.\n',
    ],
  ] as const)('%s', (_, overrides, text) => {
    expect(table(overrides)).toContain(text);
  });
});

describe('a ranking', () => {
  test('that is not known further down says so', () => {
    const shown = table({ view: { ranking: [ranked(1, 'cats'), ranked(2, 'dogs')], unknown: 'rest' } });

    expect(shown).toMatch(
      /dogs .*\n {2}Below rank 2 not known: the summaries of this window are not kept any more\.\n$/,
    );
  });

  test.each([
    ['is the same as before', { ranking: [ranked(1, 'cats')] }, '='],
    ['rose', { ranking: [ranked(3, 'cats')] }, '▲ 2'],
    ['is new', { ranking: [] }, 'new'],
    ['may have been there before', { ranking: [ranked(1, 'dogs')], unknown: 'rest' }, ''],
  ] as const)('tells that a keyword %s', (_, before, change) => {
    const line = table({ view: { ranking: [ranked(1, 'cats')] }, before }).split('\n')[2] ?? '';

    expect(line.slice(0, line.indexOf('cats')).trim()).toBe(`1  ${change}`.trim());
  });
});
