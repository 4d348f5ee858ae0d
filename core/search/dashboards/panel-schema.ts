import * as z from 'zod';

import { findField, isFacet, isNumber } from './fields.ts';

/** Columns of the grid that panels stand on. */
export const GRID_COLUMNS = 48;

const MAX_PANELS = 30;
const DATE_MATH = /^now(?:[+-]\d+[smhdwMy])*(?:\/[smhdwMy])?$/;

const FACET_ALLOWED = 'allowed is a field of the index that posts group by, such as source or author.handle';
const NUMBER_ALLOWED = 'allowed is a field of the index with numbers, such as engagement or author.followers';

const Title = words(1, 100);
const Label = Title.optional();

/** A field that posts can be grouped by. */
const Facet = z.string(FACET_ALLOWED).refine(isFacet, FACET_ALLOWED);
const Numbers = z.string(NUMBER_ALLOWED).refine(isNumber, NUMBER_ALLOWED);
const AnyField = z.string().refine((path) => findField(path) !== undefined, 'allowed is a field of the index');
const Sortable = z
  .string()
  .refine((path) => findField(path)?.isAggregatable === true, 'allowed is a field of the index that posts sort by');

/** What is counted of posts; `label` is what the panel calls it. */
const MeasureSchema = z.discriminatedUnion(
  'of',
  [
    strict({ of: z.literal('posts'), label: Label }),
    strict({ of: z.literal('sum'), field: Numbers, label: Label }),
    strict({ of: z.literal('average'), field: Numbers, label: Label }),
    strict({ of: z.literal('maximum'), field: Numbers, label: Label }),
    strict({ of: z.literal('minimum'), field: Numbers, label: Label }),
    /** How many different values there are. */
    strict({ of: z.literal('distinct'), field: Facet, label: Label }),
    /** The value of the newest post. */
    strict({ of: z.literal('latest'), field: AnyField, label: Label }),
  ],
  'allowed is of: posts, sum, average, maximum, minimum, distinct, latest',
);
const POSTS = { of: 'posts' } as const;
const Measure = MeasureSchema.default(POSTS);
const Measures = z
  .array(MeasureSchema, 'allowed is a list of measures')
  .min(1, 'allowed is one or more')
  .default([POSTS]);

/** The most frequent values of a field, ordered by the first measure. */
const GroupSchema = strict({
  field: Facet,
  /** @default 10 */
  size: whole(1, 100).default(10),
  label: Label,
});

/** Which posts a panel shows, out of those that the dashboard shows; all filters hold. */
const FilterSchema = z.union(
  [
    /** Posts with one of these values. */
    strict({ field: Facet, anyOf: z.array(z.string()).min(1, 'allowed is one value or more') }),
    /** Posts written at or after a moment, as date math: `now-1h`. */
    strict({ since: dateMath() }),
  ],
  'allowed is { field, anyOf: [...] } or { since }',
);

const BASE = {
  /** Unique in the preset: ids are made of it. */
  title: Title,
  filters: z.array(FilterSchema, 'allowed is a list of filters').default([]),
  /** Columns of 48. @default - by kind */
  width: whole(1, GRID_COLUMNS).optional(),
  /** Rows of about 20 pixels. @default - by kind */
  height: whole(1, 100).optional(),
};

/** Posts per span of time. */
const LineSchema = strict({
  kind: z.literal('line'),
  ...BASE,
  /** Length of a span; Dashboards takes longer ones where there would be too many. */
  every: z.string().regex(/^[1-9]\d{0,2}[mhd]$/, 'allowed is a time such as 30m, 1h, 1d'),
  measure: Measure,
  /** A line for each value. */
  splitBy: GroupSchema.optional(),
});

const CHART = { ...BASE, by: GroupSchema, measure: Measure };
const BARS = { ...CHART, splitBy: GroupSchema.optional() };

/** A panel of a dashboard. */
const PanelSchema = z.discriminatedUnion(
  'kind',
  [
    strict({ kind: z.literal('metric'), ...BASE, measures: Measures, splitBy: GroupSchema.optional() }),
    strict({ kind: z.literal('pie'), ...CHART }),
    strict({ kind: z.literal('donut'), ...CHART }),
    LineSchema,
    strict({ kind: z.literal('bar'), ...BARS }),
    strict({ kind: z.literal('horizontal-bar'), ...BARS }),
    strict({ kind: z.literal('tag-cloud'), ...CHART }),
    strict({
      kind: z.literal('table'),
      ...BASE,
      by: z.array(GroupSchema, 'allowed is a list of groups').min(1, 'allowed is one group or more'),
      measures: Measures,
    }),
    /** Posts themselves. */
    strict({
      kind: z.literal('search'),
      ...BASE,
      columns: z.array(AnyField, 'allowed is a list of fields').min(1, 'allowed is one field or more'),
      sortBy: Sortable.default('created_at'),
      order: z.enum(['desc', 'asc'], 'allowed is desc, asc').default('desc'),
    }),
    /** Posts on a map, as far as their place is known. */
    strict({ kind: z.literal('map'), ...BASE, measure: Measure }),
  ],
  'allowed is kind: metric, pie, donut, line, bar, horizontal-bar, tag-cloud, table, search, map',
);

/** A dashboard: its panels are laid out in their order, in rows. */
const DashboardSchema = strict({
  title: Title,
  /** The time that it shows when it is opened, as date math. @default now-24h */
  from: dateMath().default('now-24h'),
  /** @default now */
  to: dateMath().default('now'),
  /** Fields that people choose values of, above the panels. @default - none */
  filterBar: z.array(strict({ field: Facet, label: Title }), 'allowed is a list of { field, label }').default([]),
  panels: z
    .array(PanelSchema, 'allowed is a list of panels')
    .min(1, 'allowed is one panel or more')
    .max(MAX_PANELS, `allowed are ${MAX_PANELS} panels`),
});

/** The dashboards of a preset. */
export const DashboardsSchema = z
  .array(DashboardSchema, 'allowed is a list of dashboards')
  .refine((all) => isUnique(all.map(({ title }) => title)), 'allowed is each title of a dashboard once')
  .refine(
    (all) => isUnique(all.flatMap(({ panels }) => panels.map(({ title }) => title))),
    'allowed is each title of a panel once, over all dashboards',
  );

export type Measure = z.output<typeof MeasureSchema>;
export type Group = z.output<typeof GroupSchema>;
export type PanelFilter = z.output<typeof FilterSchema>;
export type Panel = z.output<typeof PanelSchema>;
export type Dashboard = z.output<typeof DashboardSchema>;

/** A title as part of an id: `total-posts`. */
export function slugOf(title: string): string {
  const slug = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return slug.replaceAll(/^-|-$/g, '');
}

function isUnique(titles: readonly string[]): boolean {
  return new Set(titles.map(slugOf)).size === titles.length;
}

function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `known are ${Object.keys(shape).join(', ')}` : undefined),
  });
}

function whole(min: number, max: number) {
  const allowed = `allowed is a whole number from ${min} to ${max}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

function words(min: number, max: number) {
  const allowed = `allowed is a text of ${min} to ${max} characters with a letter or digit in it`;
  return z
    .string(allowed)
    .max(max, allowed)
    .refine((text) => slugOf(text).length >= min, allowed);
}

function dateMath() {
  const allowed = 'allowed is a moment such as now, now-24h, now/d';
  return z.string(allowed).regex(DATE_MATH, allowed);
}
