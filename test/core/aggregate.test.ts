import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  addSummary,
  emptyWindow,
  summarizeMinute,
  type MergedCell,
  type Summary,
  type WindowCells,
} from '../../core/aggregate.ts';
import { makeSettings } from '../support/make-settings.ts';
import {
  naiveCells,
  observationSets,
  type NaiveCell,
  type NaiveWindow,
  type PlacedObservation,
} from '../support/naive-cells.ts';

const { weights } = makeSettings();

function summariesOf(placed: readonly PlacedObservation[]): Summary[] {
  const groups = Map.groupBy(placed, ({ source, minute }) => `${source} ${minute}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { source, minute } = first;
    const observations = group.map(({ observation }) => observation);
    return [summarizeMinute({ source, minute, observations, rejected: 0 }, weights[source])];
  });
}

function windowOf(summaries: readonly Summary[]): WindowCells {
  const window = emptyWindow();
  for (const summary of summaries) addSummary(window, summary);
  return window;
}

/** A window in the shape of the naive model. */
function flattened({ totals, categories }: WindowCells): NaiveWindow {
  const cells = new Map<string, NaiveCell>();
  for (const [name, { total, keywords }] of categories) {
    cells.set(name, naiveCellOf(total));
    for (const [keyword, cell] of keywords) cells.set(`${name}|${keyword}`, naiveCellOf(cell));
  }
  const { events, deleted, replaced } = totals;
  return { events, deleted, replaced, cells };
}

function naiveCellOf(cell: MergedCell): NaiveCell {
  return { ...cell, sentiment: BigInt(cell.sentiment), sources: Object.fromEntries(cell.sources) };
}

function shuffles<T>(items: readonly T[]) {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}

describe('a window', () => {
  test('merged from summaries of its minutes is what all observations give directly, S0-20 included', () => {
    fc.assert(
      fc.property(observationSets, (placed) => {
        expect(flattened(windowOf(summariesOf(placed)))).toEqual(naiveCells(placed, weights));
      }),
    );
  });

  test('does not depend on the order of its summaries', () => {
    const cases = observationSets
      .map(summariesOf)
      .chain((summaries) => fc.tuple(fc.constant(summaries), shuffles(summaries)));
    fc.assert(
      fc.property(cases, ([summaries, shuffled]) => {
        expect(windowOf(shuffled)).toEqual(windowOf(summaries));
      }),
    );
  });

  test('S0-17: any order and any repetition of the observations gives the same summaries', () => {
    const cases = observationSets.chain((placed) =>
      fc.tuple(
        fc.constant(placed),
        fc.subarray(placed).chain((again) => shuffles([...placed, ...again, ...again])),
      ),
    );
    fc.assert(
      fc.property(cases, ([placed, repeated]) => {
        const byName = (summaries: Summary[]) => new Map(summaries.map((s) => [`${s.source} ${s.minute}`, s]));

        expect(byName(summariesOf(repeated))).toEqual(byName(summariesOf(placed)));
      }),
    );
  });

  test('does not change its summaries as it grows', () => {
    fc.assert(
      fc.property(observationSets, (placed) => {
        const summaries = summariesOf(placed);
        windowOf(summaries);

        expect(summaries).toEqual(summariesOf(placed));
      }),
    );
  });

  test('sums up only the categories that are wanted', () => {
    fc.assert(
      fc.property(observationSets, fc.constantFrom('all', 'tag:music', 'source:reddit'), (placed, wanted) => {
        const summaries = summariesOf(placed);
        const some = emptyWindow();
        for (const summary of summaries) addSummary(some, summary, (name) => name === wanted);

        const whole = windowOf(summaries);
        expect(some.totals).toEqual(whole.totals);
        expect([...some.categories.keys()]).toEqual(whole.categories.has(wanted) ? [wanted] : []);
        expect(some.categories.get(wanted)).toEqual(whole.categories.get(wanted));
      }),
    );
  });

  test('without summaries is empty', () => {
    expect(windowOf([])).toEqual({
      totals: { events: 0, deleted: 0, replaced: 0, rejected: 0 },
      categories: new Map(),
    });
  });
});
