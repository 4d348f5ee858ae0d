import { gunzipSync, gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { CategoryCells, Cell } from '../../core/aggregate.ts';
import { SOURCES } from '../../core/sources.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import { decodeSummary, encodeSummary, type StoredSummary } from '../../storage/summary-codec.ts';

const count = fc.nat(1_000_000);
const cell = fc.record<Cell>({
  score: fc.oneof(
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 0n),
  ),
  mentions: count,
  sentiment: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  positive: count,
  neutral: count,
  negative: count,
  authors: fc.array(fc.constantFrom('a1', 'b2', 'c3', 'd4'), { maxLength: 5 }).map((names) => new Set(names)),
});
const word = fc.oneof(
  fc.constantFrom('cats', 'dogs', '__proto__', '', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 10 }),
);
const cells = fc.record<CategoryCells>({
  total: cell,
  keywords: fc.array(fc.tuple(word, cell), { maxLength: 6 }).map((entries) => new Map(entries)),
});
const storedSummary = fc.record<StoredSummary>({
  summary: fc.record({
    source: fc.constantFrom(...SOURCES),
    minute: fc.constant('2026-11-20T17:38'),
    totals: fc.record({ events: count, deleted: count, replaced: count, rejected: count }),
    categories: fc.array(fc.tuple(word, cells), { maxLength: 4 }).map((entries) => new Map(entries)),
  }),
  revision: fc.integer({ min: 1, max: 1_000_000 }),
  writeShards: fc.integer({ min: 1, max: 64 }),
});

function makeStored(): StoredSummary {
  const sums = { mentions: 1, sentiment: 0, positive: 0, neutral: 0, negative: 0, authors: new Set(['a1']) };
  const totals = { events: 1, deleted: 0, replaced: 0, rejected: 0 };
  const categories = new Map([
    ['source:reddit', { total: { ...sums, score: 1n }, keywords: new Map([['cats', { ...sums, score: 2n ** 80n }]]) }],
  ]);
  return { summary: { source: 'reddit', minute: '2026-11-20T17:38', totals, categories }, revision: 1, writeShards: 1 };
}

describe('a stored summary', () => {
  test('is read back as it was', () => {
    fc.assert(
      fc.property(storedSummary, (stored) => {
        expect(decodeSummary(encodeSummary(stored), 'it')).toEqual(stored);
      }),
    );
  });

  test('may be empty', () => {
    const { summary, ...rest } = makeStored();
    const empty = { ...rest, summary: { ...summary, categories: new Map() } };

    expect(decodeSummary(encodeSummary(empty), 'it')).toEqual(empty);
  });

  test('of the same content is another object in another revision', () => {
    const stored = makeStored();

    expect(encodeSummary({ ...stored, revision: 2 })).not.toEqual(encodeSummary(stored));
  });

  test('names each keyword and author once', () => {
    const { summary, ...rest } = makeStored();
    const [[, category] = []] = [...summary.categories];
    const categories = new Map([...'abcdefgh'].flatMap((name) => (category ? [[name, category] as const] : [])));

    const json = gunzipSync(encodeSummary({ ...rest, summary: { ...summary, categories } })).toString();

    expect(json.match(/"cats"/g)).toHaveLength(1);
    expect(json.match(/"a1"/g)).toHaveLength(1);
  });
});

describe('a summary is unreadable', () => {
  const encoded = encodeSummary(makeStored());
  const document: unknown = JSON.parse(gunzipSync(encoded).toString());
  const changed = (from: string, to: string) => gzipSync(JSON.stringify(document).replace(from, to));

  test.each([
    ['no bytes', new Uint8Array(0)],
    ['no gzip', Buffer.from('{}')],
    ['half an object', encoded.subarray(0, encoded.length / 2)],
    ['no JSON', gzipSync('{')],
    ['another document', gzipSync('{}')],
    ['another version', changed('"v":1', '"v":2')],
    ['an unknown source', changed('reddit', 'myspace')],
    ['a score that is no number', changed('1208925819614629174706176', '1.5')],
    ['a category without total', changed('"author_count":[1,1]', '"author_count":[]')],
  ])('if it is %s', (_case, bytes) => {
    expect(() => decodeSummary(bytes, 'reddit 17:38')).toThrow(UnreadableObjectError);
  });

  test.each([
    ['a column is short', changed('"mentions":[1,1]', '"mentions":[1]')],
    ['a score is missing', changed('"score":[1,', '"score":[')],
    ['a keyword is not in its list', changed('"keywords":["cats"]', '"keywords":[]')],
    ['an author is not in the list', changed('"authors":["a1"]', '"authors":[]')],
    ['a row has more authors than there are', changed('"author":[0,0]', '"author":[0]')],
  ])('rather than wrong if %s', (_case, bytes) => {
    expect(() => decodeSummary(bytes, 'reddit 17:38')).toThrow(UnreadableObjectError);
  });

  test('and the error names it', () => {
    expect(() => decodeSummary(new Uint8Array(0), 'reddit 17:38')).toThrow(/reddit 17:38/);
  });
});
