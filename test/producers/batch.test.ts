import fc from 'fast-check';
import { expect, test } from 'vitest';

import { batchLength, fillsRequest, MAX_RECORD_BYTES, partitionKeys, recordBytes } from '../../producers/batch.ts';

const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

function entries(sizes: readonly number[]) {
  return sizes.map((bytes) => ({ data: new Uint8Array(bytes) }));
}

test('partition keys count', () => {
  const largest = MAX_RECORD_BYTES - partitionKeys()().length;

  expect(batchLength(entries(Array(6).fill(largest)))).toBe(5);
  expect(batchLength(entries([...Array(4).fill(largest), largest, 0]))).toBe(5);
});

test.each([1, 2, 10, 50, 100])('of %d shards in turn each has records of many partition keys', (shards) => {
  const next = partitionKeys();
  const keys = Array.from({ length: 100 * shards }, next);
  const ofFirst = keys.filter((_, i) => i % shards === 0);

  expect(new Set(ofFirst).size).toBeGreaterThan(90);
  expect(new Set(keys.map((key) => Buffer.byteLength(key)))).toEqual(new Set([2]));
});

test('500 records are a request, 501 are not', () => {
  expect(batchLength(entries(Array(500).fill(1)))).toBe(500);
  expect(batchLength(entries(Array(501).fill(1)))).toBe(500);
  expect(fillsRequest(entries(Array(500).fill(1)))).toBe(true);
  expect(fillsRequest(entries(Array(499).fill(1)))).toBe(false);
});

test('any records are cut into requests within the limits, and none is left out', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: MAX_RECORD_BYTES - 1 }), { maxLength: 40 }), (sizes) => {
      let rest = entries(sizes);
      let total = 0;
      while (rest.length > 0) {
        const batch = rest.slice(0, batchLength(rest));
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(500);
        expect(batch.reduce((sum, { data }) => sum + recordBytes(data), 0)).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
        total += batch.length;
        rest = rest.slice(batch.length);
      }
      expect(total).toBe(sizes.length);
    }),
    { numRuns: 30 },
  );
});
