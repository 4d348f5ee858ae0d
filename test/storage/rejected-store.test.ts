import { describe, expect, test } from 'vitest';

import { rejectedKey, type RejectedRecord } from '../../storage/rejected-store.ts';

function makeRejected(overrides: Partial<RejectedRecord> = {}): RejectedRecord {
  return {
    reason: 'not_json',
    detail: 'the record is not JSON',
    shardId: 'shardId-000000000000',
    sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
    partitionKey: 'p',
    arrivedAtMs: Date.parse('2026-11-20T23:59:59.999Z'),
    data: new Uint8Array(0),
    ...overrides,
  };
}

describe('the key of a rejected record', () => {
  test('is its day of arrival in UTC, its shard and its sequence number', () => {
    expect(rejectedKey(makeRejected())).toBe(
      'rejected/2026-11-20/shardId-000000000000/49590338271490256608559692538361571095921575989136588898.json',
    );
  });

  test('does not depend on which consumer of its events rejects it, so several consumers keep it once', () => {
    const other = makeRejected({ reason: 'unprocessable', detail: 'other', data: Uint8Array.of(1), partitionKey: 'q' });

    expect(rejectedKey(other)).toBe(rejectedKey(makeRejected()));
  });

  test('is its own for what the index refuses, which the tables may reject as well', () => {
    const [byTables, byIndex] = [makeRejected({ reason: 'row_too_large' }), makeRejected({ reason: 'index_refused' })];

    expect(rejectedKey(byTables)).toBe(rejectedKey(makeRejected()));
    expect(rejectedKey(byIndex)).toBe(
      'rejected/2026-11-20/shardId-000000000000/49590338271490256608559692538361571095921575989136588898-index_refused.json',
    );
  });

  test.each([
    { shardId: 'shardId-000000000001' },
    { sequenceNumber: '49590338271490256608559692538361571095921575989136588899' },
  ])('is another for another record: %j', (overrides) => {
    expect(rejectedKey(makeRejected(overrides))).not.toBe(rejectedKey(makeRejected()));
  });
});
