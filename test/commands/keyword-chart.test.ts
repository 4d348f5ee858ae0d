import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import { keywordChart, keywordJson } from '../../commands/keyword-chart.ts';
import { windowsBetween } from '../../core/windows.ts';
import type { KeywordView } from '../../storage/view-keyword.ts';

const NAME = { keyword: 'cats', category: 'all' };
const VIEWS: readonly KeywordView[] = [
  { state: 'unknown' },
  { state: 'below', best: 100 },
  { state: 'ranked', from: 'row', rank: 12, score: 1_500_000n, mentions: 1 },
  { state: 'absent' },
  { state: 'absent' },
  { state: 'ranked', from: 'snapshot', rank: 3, score: 12_000_000n, mentions: 7 },
  { state: 'ranked', from: 'summaries', rank: 90, score: -2_000_001n, mentions: 2 },
  { state: 'absent' },
];

function pointsOf(views: readonly KeywordView[]) {
  const fromMs = Date.parse('2026-11-20T20:00:00.000Z');
  const windows = windowsBetween('hour', fromMs, fromMs + (views.length - 1) * 3_600_000);
  return windows.flatMap((window, i) => (views[i] === undefined ? [] : [{ window, view: views[i] }]));
}

describe('the chart of a keyword', () => {
  test('has score, mentions and rank of each window, and tells gaps apart: not said, below the best, not known', () => {
    const chart = stripVTControlCharacters(keywordChart(pointsOf(VIEWS), NAME, 80));

    expect(chart).toMatchInlineSnapshot(`
      "cats in all, by hour, UTC: best rank 3, in 3 of 8 windows
          ▁··█▁·
        window           score  mentions  rank
        11-20 20:00                             not known
        11-20 21:00                             below the best 100
        11-20 22:00        1.5         1    12  ███
        11-20 23:00                             not said, until 11-21 00:00
        11-21 01:00         12         7     3  ████████████████████████
        11-21 02:00  -2.000001         2    90
        11-21 03:00                             not said
      "
    `);
  });

  test('of more windows than the terminal is wide goes without the line for all', () => {
    const lines = keywordChart(pointsOf(VIEWS), NAME, 9).split('\n');

    expect(lines).toHaveLength(keywordChart(pointsOf(VIEWS), NAME, 10).split('\n').length - 1);
  });

  test.each([
    ['all negative', -5n],
    ['all zero', 0n],
    ['beyond 2^53', 2n ** 80n],
  ])('can show scores that are %s', (_case, score) => {
    const view = { state: 'ranked', from: 'row', rank: 1, score, mentions: 1 } as const;

    const bars = keywordChart(pointsOf([view, view]), NAME, 80).match(/█{2,}/g) ?? [];

    expect(bars.map((bar) => bar.length)).toEqual(score > 0n ? [2, 24, 24] : []);
  });

  test('of a keyword that moves the cursor moves nothing', () => {
    expect(stripVTControlCharacters(keywordChart(pointsOf(VIEWS), { ...NAME, keyword: 'a\u0007\u202eb' }, 80))).toMatch(
      /^a {2}b in all/,
    );
  });
});

test('the JSON has one object for each window; what is not known is null, what was not said is 0', () => {
  const rows: unknown = JSON.parse(keywordJson(pointsOf(VIEWS.slice(0, 4)), NAME));

  const common = { key_word: 'cats', category: 'all', window: 'hour' };
  expect(rows).toEqual([
    { ...common, key_datetime: '2026-11-20T20:00', state: 'unknown', rank: null, score: null, mentions: null },
    { ...common, key_datetime: '2026-11-20T21:00', state: 'below', rank: null, score: null, mentions: null },
    { ...common, key_datetime: '2026-11-20T22:00', state: 'ranked', from: 'row', rank: 12, score: 1.5, mentions: 1 },
    { ...common, key_datetime: '2026-11-20T23:00', state: 'absent', rank: null, score: 0, mentions: 0 },
  ]);
});

test('the JSON keeps every digit of a score', () => {
  const view = { state: 'ranked', from: 'row', rank: 1, score: 9_007_199_254_740_993_000_001n, mentions: 1 } as const;

  expect(keywordJson(pointsOf([view]), NAME)).toContain('"score":9007199254740993.000001,');
});
