import { describe, expect, test } from 'vitest';

import { against, missesOf, percentile, ratioOf } from '../../bench/measurement.ts';
import { markdownTable, readable } from '../../bench/report.ts';

const BASELINE = { what: 'JSON.parse', value: 200, unit: 'ms' };
const OTHER = { what: 'all of it', value: 300, unit: 'ms' };

describe('a table of figures', () => {
  test('has a row for each measurement, the ratio to its baseline behind it', () => {
    expect(markdownTable(against(BASELINE, [OTHER])).split('\n')).toEqual([
      '| measured   | value  | against    | ratio |',
      '| ---------- | ------ | ---------- | ----- |',
      '| JSON.parse | 200 ms |            |       |',
      '| all of it  | 300 ms | JSON.parse | x 1.5 |',
    ]);
  });

  test('says nothing of a ratio where there is no baseline', () => {
    expect(ratioOf(BASELINE)).toBeUndefined();
    expect(against(BASELINE, [])).toEqual([BASELINE]);
  });
});

test.each<[number | undefined, number, boolean]>([
  [undefined, 1, false],
  [1.5, 300, false],
  [1.6, 300, true],
  [0.1, Number.NaN, true],
])('a ratio that must be %s is missed by %s of 200: %s', (leastRatio, value, isMissed) => {
  const rows = against(BASELINE, [{ ...OTHER, value, leastRatio }]);
  expect(missesOf(rows)).toHaveLength(isMissed ? 1 : 0);
});

test.each([
  [0, '0'],
  [0.03456, '0.0346'],
  [1.5, '1.5'],
  [99.96, '100'],
  [12_345.6, '12,346'],
])('%d is read as %s', (value, text) => {
  expect(readable(value)).toBe(text);
});

test.each([
  [0.5, 3],
  [0.95, 5],
  [0, 1],
  [1, 5],
])('the %d percentile of 1 to 5 is %d', (share, value) => {
  expect(percentile([5, 3, 1, 4, 2], share)).toBe(value);
});

test('of nothing there is no percentile', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});
