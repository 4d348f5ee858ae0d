import { describe, expect, test } from 'vitest';

import { decideItem, decideRequest } from '../../../core/search/bulk-item.ts';

describe('what becomes of a document', () => {
  test.each([{ status: 200 }, { status: 201 }])('is stored at $status', (item) => {
    expect(decideItem(item)).toBe('stored');
  });

  test('is stale where the same or a newer version is there', () => {
    expect(decideItem({ status: 409, type: 'version_conflict_engine_exception' })).toBe('stale');
  });

  test.each([
    { status: 429, type: 'rejected_execution_exception' },
    { status: 429, type: 'circuit_breaking_exception' },
    { status: 503, type: 'unavailable_shards_exception' },
    { status: 503, type: 'cluster_block_exception' },
    { status: 500, type: 'exception' },
    { status: 502 },
    { status: 504 },
    { status: 408 },
  ])('is tried again at $status $type', (item) => {
    expect(decideItem(item)).toBe('retry');
  });

  test.each([
    { status: 400, type: 'mapper_parsing_exception' },
    { status: 400, type: 'strict_dynamic_mapping_exception' },
    { status: 400, type: 'illegal_argument_exception' },
    { status: 400, type: 'invalid_index_name_exception' },
    { status: 404, type: 'document_missing_exception' },
    { status: 404 },
    { status: 413 },
    {},
  ])('is refused at $status $type', (item) => {
    expect(decideItem(item)).toBe('refused');
  });

  test.each([
    { status: 429, type: 'cluster_block_exception' },
    { status: 403, type: 'cluster_block_exception' },
    { status: 400, type: 'index_closed_exception' },
    { status: 404, type: 'index_not_found_exception' },
    { status: 403, type: 'security_exception' },
    { status: 401 },
    { status: 403 },
  ])('waits for a person at $status $type', (item) => {
    expect(decideItem(item)).toBe('blocked');
  });
});

describe('what becomes of a request that failed', () => {
  test.each([
    {},
    { status: 408 },
    { status: 429, type: 'rejected_execution_exception' },
    { status: 429, type: 'circuit_breaking_exception' },
    { status: 500 },
    { status: 502 },
    { status: 503 },
    { status: 503, type: 'cluster_block_exception' },
    { status: 504 },
    { status: 520 },
  ])('is sent again at $status $type', (problem) => {
    expect(decideRequest(problem)).toBe('retry');
  });

  test('is halved where it is too large', () => {
    expect(decideRequest({ status: 413 })).toBe('halve');
  });

  test.each([{ status: 400, type: 'illegal_argument_exception' }, { status: 400 }])(
    'is suspect at $status $type: a document may be to blame, or not',
    (problem) => {
      expect(decideRequest(problem)).toBe('suspect');
    },
  );

  test.each([
    { status: 403 },
    { status: 401 },
    { status: 404 },
    { status: 405 },
    { status: 429, type: 'cluster_block_exception' },
    { status: 400, type: 'security_exception' },
  ])('waits for a person at $status $type', (problem) => {
    expect(decideRequest(problem)).toBe('blocked');
  });
});
