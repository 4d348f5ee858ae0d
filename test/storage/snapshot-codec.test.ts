import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { RankedKeyword, Sums } from '../../core/ranking.ts';
import { SOURCES } from '../../core/sources.ts';
import { windowOfKey } from '../../core/windows.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import { decodeSnapshot, encodeSnapshot, type RowName, type StoredSnapshot } from '../../storage/snapshot-codec.ts';

const WINDOW = windowOfKey('hour', '2026-11-20T17:00');
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1_024;
const SUMS: Sums = {
  score: 1n,
  mentions: 1,
  authors: 1,
  sentiment: 0,
  positive: 0,
  neutral: 0,
  negative: 0,
  sources: { reddit: 1 },
};

const count = fc.nat(1_000_000);
const sums = fc.record<Sums>({
  score: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
  mentions: count,
  authors: count,
  sentiment: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  positive: count,
  neutral: count,
  negative: count,
  sources: fc.dictionary(fc.constantFrom(...SOURCES), count),
});
const word = fc.string({ unit: 'binary', maxLength: 10 });
const rowNames = fc.array(fc.record({ category: word, key_word: word }), { maxLength: 5 });
const ranking = fc
  .array(fc.tuple(word, sums), { maxLength: 5 })
  .map((all) => all.map(([key_word, s], i): RankedKeyword => ({ rank: i + 1, key_word, ...s })));
const category = fc.record({ keywords: count, total: sums, ranking });
const snapshot = fc.record<StoredSnapshot>({
  window: fc.constant(WINDOW),
  totals: fc.record({ events: count, deleted: count, replaced: count, rejected: count }),
  categories: fc.array(fc.tuple(word, category), { maxLength: 4 }).map((entries) => new Map(entries)),
  rows: rowNames,
  fallenRows: rowNames,
});

function makeSnapshot(overrides: Partial<StoredSnapshot> = {}): StoredSnapshot {
  return {
    window: WINDOW,
    totals: { events: 0, deleted: 0, replaced: 0, rejected: 0 },
    categories: new Map(),
    rows: [],
    fallenRows: [],
    ...overrides,
  };
}

/** A text that does not compress: 128 characters that depend on the number alone. */
function noise(n: number): string {
  return createHash('sha512').update(String(n)).digest('hex');
}

function noisyCategories(number: number, size: number): StoredSnapshot['categories'] {
  return new Map(
    Array.from({ length: number }, (_, c) => {
      const keywords = Array.from({ length: size }, (_row, i) => ({
        ...SUMS,
        rank: i + 1,
        key_word: noise(c * size + i),
      }));
      return [`tag:${noise(-1 - c)}`, { keywords: size, total: SUMS, ranking: keywords }];
    }),
  );
}

function noisyNames(number: number): RowName[] {
  return Array.from({ length: number }, (_, i) => ({ category: 'all', key_word: noise(i) }));
}

describe('a stored snapshot', () => {
  test('is read back as it was', () => {
    fc.assert(
      fc.property(snapshot, (stored) => {
        expect(decodeSnapshot(WINDOW, encodeSnapshot(stored))).toEqual(stored);
      }),
    );
  });

  test('of the size of the design is kept whole: 40 categories of 100', () => {
    const stored = makeSnapshot({ categories: noisyCategories(40, 100) });

    expect(decodeSnapshot(WINDOW, encodeSnapshot(stored))).toEqual(stored);
  });

  test('keeps the name of a row, not its sums', () => {
    const row = { ...SUMS, category: 'all', key_word: 'cats', rank: 1 };

    expect(decodeSnapshot(WINDOW, encodeSnapshot(makeSnapshot({ rows: [row] }))).rows).toEqual([
      { category: 'all', key_word: 'cats' },
    ]);
  });
});

describe('a snapshot that would pass one item', () => {
  test.each([
    ['by little', 60],
    ['by far', 400],
  ])('%s is cut until it fits: rankings from their end, totals and numbers of keywords stay', (_case, number) => {
    const stored = makeSnapshot({ categories: noisyCategories(number, 100), rows: noisyNames(100) });

    const bytes = encodeSnapshot(stored);

    const read = decodeSnapshot(WINDOW, bytes);
    expect(bytes.byteLength).toBeLessThan(MAX_ITEM_BYTES);
    expect([...read.categories.keys()]).toEqual([...stored.categories.keys()]);
    for (const [name, { ranking: best, keywords, total }] of read.categories) {
      expect(best.length).toBeGreaterThan(0);
      expect(best).toEqual(stored.categories.get(name)?.ranking.slice(0, best.length));
      expect({ keywords, total }).toEqual({ keywords: 100, total: SUMS });
    }
    expect(read.rows).toEqual(stored.rows);
  });

  test('loses categories before rows, which are never dropped', () => {
    const stored = makeSnapshot({
      categories: noisyCategories(4_000, 1),
      rows: noisyNames(2_000),
      fallenRows: noisyNames(500),
    });

    const bytes = encodeSnapshot(stored);

    const read = decodeSnapshot(WINDOW, bytes);
    expect(bytes.byteLength).toBeLessThan(MAX_ITEM_BYTES);
    expect(read.categories.size).toBeGreaterThan(0);
    expect(read.categories.size).toBeLessThan(4_000);
    expect(read.rows).toEqual(stored.rows);
    expect(read.fallenRows).toEqual(stored.fallenRows);
  });

  test('by its rows alone is refused, for none may be dropped', () => {
    expect(() => encodeSnapshot(makeSnapshot({ rows: noisyNames(8_000) }))).toThrow(/rows/);
  });
});

test.each([
  ['no bytes', new Uint8Array(0)],
  ['no gzip', Buffer.from('{}')],
  ['no JSON', gzipSync('{')],
  ['another document', gzipSync('{"v":1}')],
  ['half an object', encodeSnapshot(makeSnapshot()).subarray(0, 20)],
])('a snapshot is unreadable if it is %s', (_case, bytes) => {
  expect(() => decodeSnapshot(WINDOW, bytes)).toThrow(UnreadableObjectError);
});
