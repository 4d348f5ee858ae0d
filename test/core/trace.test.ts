import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addSummary, emptyWindow, summarizeMinute, type MinuteRows } from '../../core/aggregate.ts';
import { mergeTraces, traceMinute } from '../../core/trace.ts';
import { makeObservation } from '../support/make-event.ts';
import { makeSettings } from '../support/make-settings.ts';
import { observationSets, type PlacedObservation } from '../support/naive-cells.ts';

const { weights } = makeSettings();
const CATS = { keyword: 'cats', category: 'all' };
const LATER = '2026-11-20T17:50:00.000Z';
const LATEST = '2026-11-20T17:51:00.000Z';

function minutesOf(placed: readonly PlacedObservation[]): MinuteRows[] {
  const groups = Map.groupBy(placed, ({ source, minute }) => `${source} ${minute}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { source, minute } = first;
    return [{ source, minute, observations: group.map(({ observation }) => observation), rejected: 0 }];
  });
}

function rowsOf(...observations: MinuteRows['observations']): MinuteRows {
  return { source: 'twitter', minute: '2026-11-20T17:38', observations, rejected: 0 };
}

describe('the contributions to a cell', () => {
  test('add up exactly to the summary of the minute, for every keyword and category', () => {
    fc.assert(
      fc.property(observationSets, (placed) => {
        for (const rows of minutesOf(placed))
          for (const [category, { keywords }] of summarizeMinute(rows, weights[rows.source]).categories)
            for (const [keyword, { score, mentions }] of keywords)
              expect(traceMinute(rows, { keyword, category }, weights[rows.source])).toMatchObject({ score, mentions });
      }),
    );
  });

  test('of several minutes and networks add up exactly to the window, in every category and none besides', () => {
    const cells = fc.record({
      keyword: fc.constantFrom('cats', 'dogs', '😀', '\ufffd', 'never said'),
      category: fc.constantFrom('all', 'source:reddit', 'tag:music', 'category:meetup/tech', 'tag:nothing'),
    });
    fc.assert(
      fc.property(observationSets, cells, (placed, cell) => {
        const window = emptyWindow();
        for (const rows of minutesOf(placed)) addSummary(window, summarizeMinute(rows, weights[rows.source]));

        const trace = mergeTraces(minutesOf(placed).map((rows) => traceMinute(rows, cell, weights[rows.source])));

        const expected = window.categories.get(cell.category)?.keywords.get(cell.keyword);
        expect([trace.score, trace.mentions]).toEqual([expected?.score ?? 0n, expected?.mentions ?? 0]);
      }),
    );
  });

  test('are the sum of weight times count of each metric', () => {
    fc.assert(
      fc.property(observationSets, (placed) => {
        for (const rows of minutesOf(placed))
          for (const { score, terms } of traceMinute(rows, CATS, weights[rows.source]).contributions) {
            for (const term of terms) expect(term.score).toBe(BigInt(term.weight) * BigInt(term.count));
            expect(terms.reduce((sum, term) => sum + term.score, 0n)).toBe(score);
          }
      }),
    );
  });

  test('do not depend on the order and repetition of rows', () => {
    const cases = observationSets.chain((placed) =>
      fc.tuple(
        fc.constant(placed),
        fc.shuffledSubarray([...placed, ...placed], { minLength: placed.length * 2, maxLength: placed.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([placed, repeated]) => {
        const trace = (some: readonly PlacedObservation[]) =>
          mergeTraces(minutesOf(some).map((rows) => traceMinute(rows, CATS, weights[rows.source])));

        expect(trace(repeated)).toEqual(trace(placed));
      }),
    );
  });

  test('come by score, the greatest first, then by id in code-point order', () => {
    const posts = [
      ['twitter:a', 1],
      ['twitter:😀', 0],
      ['twitter:\ufffd', 0],
      ['twitter:z', 2],
    ] as const;
    const observations = posts.map(([id, likes]) => makeObservation({ id, keywords: ['cats'], metrics: { likes } }));

    const { contributions } = traceMinute(rowsOf(...observations), CATS, weights.twitter);

    expect(contributions.map(({ id }) => id)).toEqual(['twitter:z', 'twitter:a', 'twitter:\ufffd', 'twitter:😀']);
  });
});

describe('of the observations of a post', () => {
  const earlier = makeObservation({ keywords: ['cats'], metrics: { likes: 9 } });

  test('only the latest contributes, and says how many it replaced', () => {
    const later = makeObservation({ observedAt: LATER, keywords: ['cats'], metrics: { likes: 1 } });

    const trace = traceMinute(rowsOf(later, earlier, earlier), CATS, weights.twitter);

    expect(trace).toMatchObject({ score: 1_300_000n, mentions: 1, replaced: 1, leftOut: [] });
    expect(trace.contributions).toMatchObject([{ eventKey: later.eventKey, replaced: 1 }]);
  });

  test.each([
    ['deleted', makeObservation({ observedAt: LATER, isDelete: true })],
    ['changed', makeObservation({ observedAt: LATER, keywords: ['dogs'] })],
  ] as const)('a latest one that is not of the cell leaves the post out: %s', (reason, latest) => {
    const trace = traceMinute(rowsOf(earlier, latest), CATS, weights.twitter);

    expect(trace).toMatchObject({ score: 0n, mentions: 0, contributions: [] });
    expect(trace.leftOut).toMatchObject([{ id: earlier.id, eventKey: latest.eventKey, reason }]);
  });

  test('a delete that another observation replaced again leaves nothing out', () => {
    const gone = makeObservation({ observedAt: LATER, isDelete: true });
    const back = makeObservation({ observedAt: LATEST, keywords: ['cats'] });

    expect(traceMinute(rowsOf(earlier, gone, back), CATS, weights.twitter)).toMatchObject({
      mentions: 1,
      replaced: 2,
      leftOut: [],
    });
  });

  test('that never were of the cell nothing is said', () => {
    const other = makeObservation({ keywords: ['dogs'] });
    const gone = makeObservation({ observedAt: LATER, isDelete: true });

    expect(traceMinute(rowsOf(other, gone), CATS, weights.twitter)).toMatchObject({ contributions: [], leftOut: [] });
  });
});

test('rows that could not be read back are told', () => {
  const rows = { ...rowsOf(), rejected: 2 };

  expect(mergeTraces([rows, rows].map((each) => traceMinute(each, CATS, {})))).toMatchObject({ unreadable: 4 });
});
