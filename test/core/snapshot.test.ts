import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addSummary, emptyWindow, summarizeMinute, type Observation, type WindowCells } from '../../core/aggregate.ts';
import { takeSnapshot } from '../../core/snapshot.ts';
import { sourceOf } from '../../core/sources.ts';
import { windowOfKey } from '../../core/windows.ts';
import { makeObservation } from '../support/make-event.ts';
import { makeSettings } from '../support/make-settings.ts';
import { observationSets } from '../support/naive-cells.ts';

const WINDOW = windowOfKey('hour', '2026-11-20T17:00');

/** A window in which each inner list was observed in one minute. */
function cellsOf(...minutes: readonly (readonly Observation[])[]): WindowCells {
  const cells = emptyWindow();
  const { weights } = makeSettings();
  for (const [i, observations] of minutes.entries()) {
    const minute = `2026-11-20T17:${String(i).padStart(2, '0')}`;
    for (const [source, ofSource] of Map.groupBy(observations, ({ id }) => sourceOf(id)))
      addSummary(cells, summarizeMinute({ source, minute, observations: ofSource, rejected: 0 }, weights[source]));
  }
  return cells;
}

/** `count` keywords k0, k1, ..., the first the best, in one post each. */
function keywordPosts(count: number, overrides: Partial<Observation> = {}): Observation[] {
  return Array.from({ length: count }, (_, i) =>
    makeObservation({ id: `twitter:${i}`, keywords: [`k${i}`], metrics: { likes: count - i }, ...overrides }),
  );
}

describe('a snapshot', () => {
  test('S0-18: stores the sum that the rank was computed from, not the score of one of its minutes', () => {
    const cells = cellsOf(
      [makeObservation({ id: 'twitter:1', keywords: ['cats'], metrics: { likes: 10 } })],
      [makeObservation({ id: 'twitter:2', keywords: ['cats', 'dogs'], metrics: { likes: 5 } })],
      [makeObservation({ id: 'twitter:3', keywords: ['cats'] })],
    );

    const { categories, rows } = takeSnapshot(WINDOW, cells, makeSettings());

    const expected = [
      { rank: 1, key_word: 'cats', score: 7_500_000n, mentions: 3 },
      { rank: 2, key_word: 'dogs', score: 2_500_000n, mentions: 1 },
    ];
    expect(categories.get('all')?.ranking).toMatchObject(expected);
    expect(rows.filter(({ category }) => category === 'all')).toMatchObject(expected);
  });

  test('keeps the best of every bounded category up to its size, and says how many there are', () => {
    const cells = cellsOf(keywordPosts(5, { tags: ['music'] }));

    const { categories } = takeSnapshot(WINDOW, cells, makeSettings({ snapshotSize: 3 }));

    expect([...categories.keys()]).toEqual(['all', 'source:twitter', 'tag:music']);
    for (const category of categories.values()) {
      expect(category.keywords).toBe(5);
      expect(category.total.mentions).toBe(5);
      expect(category.ranking.map(({ key_word }) => key_word)).toEqual(['k0', 'k1', 'k2']);
    }
  });

  test('keeps the 200 largest of the bounded categories, should an event bring hundreds of tags', () => {
    const tags = Array.from({ length: 250 }, (_, i) => `t${String(i).padStart(3, '0')}`);
    const cells = cellsOf([makeObservation({ tags }), makeObservation({ id: 'twitter:2', tags: tags.slice(100) })]);

    const { categories } = takeSnapshot(WINDOW, cells, makeSettings());

    const kept = ['all', 'source:twitter', ...tags.slice(100), ...tags.slice(0, 48)];
    expect([...categories.keys()].toSorted()).toEqual(kept.map((name, i) => (i < 2 ? name : `tag:${name}`)).toSorted());
  });

  test('keeps the largest open categories, ties by name, and the best of each up to their size', () => {
    const posts = ['c', 'b', 'b', 'a', 'd'].flatMap((category, i) =>
      ['x', 'y'].map((word) => makeObservation({ id: `reddit:${i}${word}`, category, keywords: [word] })),
    );

    const settings = makeSettings({ openCategories: 3, openSnapshotSize: 1 });
    const { categories } = takeSnapshot(WINDOW, cellsOf(posts), settings);

    const open = [...categories.keys()].filter((name) => name.startsWith('category:'));
    expect(open).toEqual(['category:reddit/b', 'category:reddit/a', 'category:reddit/c']);
    expect(categories.get('category:reddit/b')?.ranking.map(({ key_word }) => key_word)).toEqual(['x']);
  });

  test('gives a row to the best of the bounded categories only', () => {
    const { rows } = takeSnapshot(
      WINDOW,
      cellsOf(keywordPosts(3, { category: 'tech' })),
      makeSettings({ rowsPerCategory: 2 }),
    );

    expect(rows.map(({ category, key_word, rank }) => [category, key_word, rank])).toEqual([
      ['all', 'k0', 1],
      ['all', 'k1', 2],
      ['source:twitter', 'k0', 1],
      ['source:twitter', 'k1', 2],
    ]);
  });

  test('gives a tracked keyword a row in all, once and with its rank, however far down it is', () => {
    const settings = makeSettings({
      snapshotSize: 1,
      rowsPerCategory: 1,
      trackedKeywords: ['k0', 'k4', 'never seen'],
    });

    const { rows } = takeSnapshot(WINDOW, cellsOf(keywordPosts(5)), settings);

    expect(rows.map(({ category, key_word, rank }) => [category, key_word, rank])).toEqual([
      ['all', 'k0', 1],
      ['all', 'k4', 5],
      ['source:twitter', 'k0', 1],
    ]);
  });

  test('of a window without posts is empty', () => {
    expect(takeSnapshot(WINDOW, emptyWindow(), makeSettings())).toEqual({
      window: WINDOW,
      totals: { events: 0, deleted: 0, replaced: 0, rejected: 0 },
      categories: new Map(),
      rows: [],
    });
  });

  test('S0-24: is the same, order included, in whatever order the events come', () => {
    const settings = makeSettings({ openCategories: 2, rowsPerCategory: 2, snapshotSize: 2 });
    const cases = observationSets
      .map((placed) => placed.map(({ observation }) => observation))
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
      );
    fc.assert(
      fc.property(cases, ([all, shuffled]) => {
        const [a, b] = [all, shuffled].map((events) => takeSnapshot(WINDOW, cellsOf(events), settings));

        expect(b).toEqual(a);
        expect([...(b?.categories.keys() ?? [])]).toEqual([...(a?.categories.keys() ?? [])]);
      }),
    );
  });

  test('does not change as its window grows', () => {
    const cells = cellsOf(keywordPosts(2));
    const snapshot = takeSnapshot(WINDOW, cells, makeSettings());
    const before = structuredClone(snapshot);

    const more = summarizeMinute(
      { source: 'twitter', minute: '2026-11-20T17:30', observations: keywordPosts(2), rejected: 1 },
      {},
    );
    addSummary(cells, more);

    expect(snapshot).toEqual(before);
  });
});
