import fc from 'fast-check';
import { expect, test } from 'vitest';

import { retryDelayMs } from '../../producers/retry-delay.ts';

test('a delay is between nothing and a bound that doubles up to ten seconds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const ms = retryDelayMs(attempt, random);

        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(Math.min(10_000, 100 * 2 ** (attempt - 1)));
      },
    ),
  );
});

test('the whole range is used: full jitter', () => {
  expect(retryDelayMs(4, 0)).toBe(0);
  expect(retryDelayMs(4, 0.5)).toBe(400);
});
