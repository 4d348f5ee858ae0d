import * as z from 'zod';

import type { SavedObject } from './saved-objects.ts';

/** The posts that a panel is asked for: those created in this time, both ends included; times or date math. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** The body of `POST /<alias>/_search`. */
export interface SearchBody {
  readonly size: number;
  readonly query: Readonly<Record<string, unknown>>;
  readonly aggs?: Aggs;
  readonly sort?: readonly unknown[];
}

type Aggs = Readonly<Record<string, unknown>>;

/** As many posts as Dashboards loads of a saved search. */
const SAMPLE_SIZE = 500;
/** As many values as a list control offers. */
const CONTROL_SIZE = 100;

const AggregationSchema = z.object({
  id: z.string(),
  type: z.string(),
  schema: z.string(),
  params: z.record(z.string(), z.unknown()),
});
type Saved = z.output<typeof AggregationSchema>;

const VisStateSchema = z.object({
  aggs: z.array(AggregationSchema),
  params: z.object({ controls: z.array(z.object({ id: z.string(), fieldName: z.string() })).default([]) }),
});
const SourceSchema = z.object({
  filter: z.array(z.object({ query: z.record(z.string(), z.unknown()) })).default([]),
});
const AttributesSchema = z.object({
  visState: z.string().default('{"aggs":[],"params":{}}'),
  sort: z.array(z.tuple([z.string(), z.string()])).default([]),
  kibanaSavedObjectMeta: z.object({ searchSourceJSON: z.string() }),
});

/**
 * What Dashboards asks the server for an object that it shows, made from the object itself. It leaves out what only
 * Dashboards knows: the part of a map that is in view, wider spans for a longer time, the reader's time zone.
 * @returns undefined for what asks nothing: index patterns and dashboards
 */
export function panelRequest(object: SavedObject, range: TimeRange): SearchBody | undefined {
  if (object.type !== 'visualization' && object.type !== 'search') return undefined;
  const { visState, sort, kibanaSavedObjectMeta } = AttributesSchema.parse(object.attributes);
  const { filter } = SourceSchema.parse(JSON.parse(kibanaSavedObjectMeta.searchSourceJSON));
  const query = { bool: { filter: [inRange(range), ...filter.map((each) => each.query)] } };
  if (object.type === 'search') {
    return { size: SAMPLE_SIZE, query, sort: sort.map(([field, order]) => ({ [field]: sortOrder(order) })) };
  }
  const { aggs, params } = VisStateSchema.parse(JSON.parse(visState));
  return { size: 0, query, aggs: { ...aggsOf(aggs), ...controlAggs(params.controls) } };
}

function inRange({ from, to }: TimeRange) {
  return { range: { created_at: { gte: from, lte: to } } };
}

/** An index without the field has no order instead of an error. */
function sortOrder(order: string) {
  return { order, unmapped_type: 'boolean' };
}

function controlAggs(controls: readonly { readonly id: string; readonly fieldName: string }[]): Aggs {
  return Object.fromEntries(
    controls.map(({ id, fieldName }) => [id, { terms: { field: fieldName, size: CONTROL_SIZE } }]),
  );
}

/** Groups stand inside each other in their order, measures in the innermost. */
function aggsOf(aggregations: readonly Saved[]): Aggs {
  const measures = aggregations.filter(({ schema }) => schema === 'metric');
  const groups = aggregations.filter(({ schema }) => schema !== 'metric');
  return groups.reduceRight<Aggs>((inner, group) => groupAgg(group, inner, measures), measureAggs(measures));
}

/** The server counts posts without being asked. */
function measureAggs(measures: readonly Saved[]): Aggs {
  return Object.fromEntries(
    measures.flatMap(({ id, type, params }) => (type === 'count' ? [] : [[id, measureAgg(type, params)]])),
  );
}

function measureAgg(type: string, { field, size, sortField, sortOrder }: Saved['params']): Aggs {
  if (type !== 'top_hits') return { [type]: { field } };
  return { top_hits: { _source: field, size, sort: [{ [String(sortField)]: { order: sortOrder } }] } };
}

function groupAgg({ id, type, params }: Saved, inner: Aggs, measures: readonly Saved[]): Aggs {
  const { field } = params;
  switch (type) {
    case 'terms': {
      const orderedBy = measures.find((measure) => measure.id === params['orderBy']);
      const order = {
        [orderedBy === undefined || orderedBy.type === 'count' ? '_count' : orderedBy.id]: params['order'],
      };
      const aggs = { ...inner, ...measureAggs(orderedBy === undefined ? [] : [orderedBy]) };
      return { [id]: { terms: { field, size: params['size'], order }, aggs } };
    }
    case 'date_histogram':
      return { [id]: { date_histogram: spans(params), aggs: inner } };
    case 'geohash_grid': {
      const aggs = { ...inner, centre: { geo_centroid: { field } } };
      return { [id]: { geohash_grid: { field, precision: params['precision'] }, aggs } };
    }
    default:
      throw new RangeError(`no request is made of an aggregation ${type}`);
  }
}

/** One of a unit follows the calendar, several are of fixed length, as Dashboards asks. */
function spans({ field, interval, min_doc_count }: Saved['params']) {
  const name = /^1[a-zA-Z]$/.test(String(interval)) ? 'calendar_interval' : 'fixed_interval';
  return { field, [name]: interval, min_doc_count };
}
