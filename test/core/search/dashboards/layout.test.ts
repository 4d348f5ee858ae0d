import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { layOut, sizeOf, type Place } from '../../../../core/search/dashboards/layout.ts';

const sizes = fc.array(fc.record({ w: fc.integer({ min: 1, max: 48 }), h: fc.integer({ min: 1, max: 30 }) }));

describe('the layout of a dashboard', () => {
  test('keeps every panel on the grid, of its size, and over no other', () => {
    fc.assert(
      fc.property(sizes, (wanted) => {
        const places = layOut(wanted);

        expect(places.map(({ w, h }) => ({ w, h }))).toEqual(wanted);
        expect(places.filter(({ x, y, w }) => x < 0 || y < 0 || x + w > 48)).toEqual([]);
        expect(cells(places).size).toBe(wanted.reduce((sum, { w, h }) => sum + w * h, 0));
      }),
    );
  });

  test('reads from left to right, and from row to row', () => {
    const size = (w: number, h: number) => ({ w, h });

    expect(layOut([size(24, 10), size(24, 15), size(48, 8), size(12, 5)])).toEqual([
      { x: 0, y: 0, w: 24, h: 10 },
      { x: 24, y: 0, w: 24, h: 15 },
      { x: 0, y: 15, w: 48, h: 8 },
      { x: 0, y: 23, w: 12, h: 5 },
    ]);
  });

  test('takes the size of the kind where a panel asks for none', () => {
    expect(sizeOf({ kind: 'search' })).toEqual({ w: 48, h: 18 });
    expect(sizeOf({ kind: 'search', width: 24 })).toEqual({ w: 24, h: 18 });
  });
});

function cells(places: readonly Place[]): Set<string> {
  return new Set(
    places.flatMap(({ x, y, w, h }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    ),
  );
}
