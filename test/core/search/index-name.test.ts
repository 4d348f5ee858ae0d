import fc from 'fast-check';
import { expect, test } from 'vitest';

import { INDEX_PERIODS, indexNameOf, spanOfIndex } from '../../../core/search/index-name.ts';

test.each([
  ['month', '2026-11-30T23:59:59.999Z', 'posts-2026.11'],
  ['month', '2026-12-01T00:00:00.000Z', 'posts-2026.12'],
  ['day', '2026-11-30T23:59:59.999Z', 'posts-2026.11.30'],
  ['day', '2026-12-01T00:00:00.000Z', 'posts-2026.12.01'],
] as const)('by %s, a post of %s is in %s', (indexPeriod, createdAt, index) => {
  expect(indexNameOf({ alias: 'posts', indexPeriod }, createdAt)).toBe(index);
});

test('the span of an index holds the posts that are in it, and touches that of the next', () => {
  const times = fc.integer({ min: Date.UTC(2006, 0), max: Date.UTC(2100, 0) });
  fc.assert(
    fc.property(times, fc.constantFrom(...INDEX_PERIODS), (ms, indexPeriod) => {
      const naming = { alias: 'nba-posts', indexPeriod };
      const nameAt = (at: number): string => indexNameOf(naming, new Date(at).toISOString());
      const { startMs, endMs } = spanOfIndex('nba-posts', nameAt(ms)) ?? { startMs: Number.NaN, endMs: Number.NaN };
      expect([startMs <= ms && ms < endMs, nameAt(startMs), nameAt(endMs - 1)]).toEqual([true, nameAt(ms), nameAt(ms)]);
      expect(nameAt(endMs)).not.toBe(nameAt(ms));
    }),
  );
});

test.each([
  'posts',
  'posts-2026',
  'posts-2026.13',
  'posts-2026.02.30',
  'posts-2026.11.1',
  'posts-2026.11-x',
  'nba-posts-2026.11',
  '.kibana_1',
])('%s is no index of posts', (index) => {
  expect(spanOfIndex('posts', index)).toBeUndefined();
});
