import { GRID_COLUMNS, type Panel } from './panel-schema.ts';

/** Where a panel stands, in columns and rows of the grid. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How large a panel is. */
export type Size = Pick<Place, 'w' | 'h'>;

const SIZES: Readonly<Record<Panel['kind'], Size>> = {
  metric: { w: 12, h: 8 },
  pie: { w: 24, h: 15 },
  donut: { w: 24, h: 15 },
  line: { w: 24, h: 15 },
  bar: { w: 24, h: 15 },
  'horizontal-bar': { w: 24, h: 15 },
  'tag-cloud': { w: 24, h: 15 },
  table: { w: 24, h: 15 },
  search: { w: GRID_COLUMNS, h: 18 },
  map: { w: 24, h: 18 },
};

/** The size that a panel asks for, or that its kind has. */
export function sizeOf({ kind, width, height }: Pick<Panel, 'kind' | 'width' | 'height'>): Size {
  return { w: width ?? SIZES[kind].w, h: height ?? SIZES[kind].h };
}

/**
 * Puts panels into rows from left to right; a row is as high as its highest panel.
 * @param sizes at most as wide as the grid
 * @returns a place for each, in their order
 */
export function layOut(sizes: readonly Size[]): Place[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return sizes.map(({ w, h }) => {
    if (x + w > GRID_COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const place = { x, y, w, h };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return place;
  });
}
