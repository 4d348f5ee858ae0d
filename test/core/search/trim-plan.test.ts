import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { spanOfIndex } from '../../../core/search/index-name.ts';
import { planTrim } from '../../../core/search/trim-plan.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const SETTINGS = { alias: 'posts', retentionDays: 90, maxBytes: 1_000 };

const sizes = (months: Readonly<Record<string, number>>) =>
  Object.entries(months).map(([month, bytes]) => ({ index: `posts-${month}`, bytes }));

describe('what of the index goes', () => {
  test('is nothing where there is nothing', () => {
    expect(planTrim([], SETTINGS, NOW_MS)).toEqual({ pastRetention: [], overSize: [], bytes: 0 });
  });

  test('is nothing while all of it has room', () => {
    expect(planTrim(sizes({ '2026.11': 400, '2026.10': 600 }), SETTINGS, NOW_MS)).toEqual({
      pastRetention: [],
      overSize: [],
      bytes: 1_000,
      oldestMs: Date.UTC(2026, 9),
    });
  });

  test('are the oldest days where each has an index, up to the one that runs', () => {
    const indices = sizes({
      '2026.11.20': 600,
      '2026.11.19': 500,
      '2026.11.18': 500,
      '2026.08.21': 1,
      '2026.08.22': 1,
    });

    expect(planTrim(indices, SETTINGS, NOW_MS)).toEqual({
      pastRetention: ['posts-2026.08.21'],
      overSize: ['posts-2026.08.22', 'posts-2026.11.18', 'posts-2026.11.19'],
      bytes: 600,
      oldestMs: Date.UTC(2026, 10, 20),
    });
  });

  test('are the oldest months, as few as make room', () => {
    const indices = sizes({ '2026.11': 400, '2026.09': 300, '2026.10': 601, '2026.08': 1 });

    expect(planTrim(indices, SETTINGS, NOW_MS)).toEqual({
      pastRetention: [],
      overSize: ['posts-2026.08', 'posts-2026.09', 'posts-2026.10'],
      bytes: 400,
      oldestMs: Date.UTC(2026, 10),
    });
  });

  test('is never the month that runs', () => {
    expect(planTrim(sizes({ '2026.11': 5_000, '2026.10': 1 }), SETTINGS, NOW_MS)).toMatchObject({
      overSize: ['posts-2026.10'],
      bytes: 5_000,
    });
  });

  test('goes before its size is looked at where it is past the retention', () => {
    const indices = sizes({ '2026.11': 900, '2026.07': 5_000, '2025.12': 5_000 });

    expect(planTrim(indices, SETTINGS, NOW_MS)).toMatchObject({
      pastRetention: ['posts-2025.12', 'posts-2026.07'],
      overSize: [],
      bytes: 900,
    });
  });

  test.each([
    { now: '2026-10-30T00:00:00.000Z', goes: ['posts-2026.07'] },
    { now: '2026-10-29T23:59:59.999Z', goes: [] },
  ])('is a month when its last moment is past the retention: $goes at $now', ({ now, goes }) => {
    expect(planTrim(sizes({ '2026.07': 1 }), SETTINGS, Date.parse(now)).pastRetention).toEqual(goes);
  });

  test.each([
    'posts',
    'posts-2026.13',
    'posts-2026.1',
    'posts-2026.01-old',
    'my-posts-2020.01',
    'postsx2020.01',
    '.kibana',
  ])('is never %s', (index) => {
    expect(planTrim([{ index, bytes: 9_999_999 }], SETTINGS, NOW_MS)).toEqual({
      pastRetention: [],
      overSize: [],
      bytes: 0,
    });
  });

  test('leaves room, or the months that run and come alone; and never a younger month before an older one', () => {
    const months = fc.uniqueArray(fc.tuple(fc.integer({ min: 2024, max: 2027 }), fc.integer({ min: 1, max: 12 })), {
      selector: String,
      maxLength: 20,
    });
    const indices = months.chain((all) =>
      fc.tuple(
        ...all.map(([year, month]) =>
          fc.record({
            index: fc.constant(`posts-${year}.${String(month).padStart(2, '0')}`),
            bytes: fc.nat(800),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(indices, (all) => {
        const { pastRetention, overSize, bytes } = planTrim(all, SETTINGS, NOW_MS);
        const gone = new Set([...pastRetention, ...overSize]);
        const left = all.filter(({ index }) => !gone.has(index));
        const startOf = (index: string) => spanOfIndex('posts', index)?.startMs ?? 0;

        expect(bytes).toBe(left.reduce((sum, each) => sum + each.bytes, 0));
        expect(bytes <= SETTINGS.maxBytes || left.every(({ index }) => startOf(index) >= Date.UTC(2026, 10))).toBe(
          true,
        );
        for (const old of gone) for (const { index } of left) expect(startOf(old)).toBeLessThan(startOf(index));
      }),
    );
  });
});
