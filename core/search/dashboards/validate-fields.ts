import * as z from 'zod';

import { findField } from './fields.ts';
import type { ReadObject } from './read-objects.ts';

const AggregationSchema = z.object({
  id: z.string(),
  type: z.string(),
  schema: z.string(),
  params: z.object({
    field: z.string().optional(),
    sortField: z.string().optional(),
    orderBy: z.string().optional(),
    size: z.number().optional(),
  }),
});
type Aggregation = z.output<typeof AggregationSchema>;

const VisStateSchema = z.object({
  type: z.string(),
  aggs: z.array(AggregationSchema),
  params: z.object({ controls: z.array(z.object({ fieldName: z.string() })).default([]) }),
});
const SourceSchema = z.object({
  indexRefName: z.string().optional(),
  filter: z.array(z.object({ meta: z.object({ key: z.string() }), query: z.unknown() })).default([]),
});
const SearchSchema = z.object({
  columns: z.array(z.string()),
  sort: z.array(z.tuple([z.string(), z.enum(['asc', 'desc'])])),
});

/** What else terms may be ordered by. */
const OWN_ORDERS: ReadonlySet<string> = new Set(['_key', '_count']);
/** Posts cannot be ordered by it (https://docs.opensearch.org/latest/aggregations/bucket/terms/). */
const UNORDERED = 'top_hits';
/** Draws no posts of its own, so that it reads no index itself. */
const CONTROLS = 'input_control_vis';

/** Fields that the index does not have, or that a panel cannot use as it does; `[]` for none. */
export function fieldProblems(object: ReadObject): string[] {
  const source = sourceOf(object);
  if (source === undefined) return ['searchSourceJSON is no source of posts'];
  const filters = source.filter.flatMap(({ meta, query }) => [
    ...groupedBy(meta.key),
    ...(JSON.stringify(query).includes(JSON.stringify(meta.key))
      ? []
      : [`a filter of ${meta.key} asks for another field`]),
  ]);
  if (object.type === 'search') return [...readsIndex(source), ...filters, ...searchProblems(object)];
  if (object.type !== 'visualization') return filters;
  const { data: state } = VisStateSchema.safeParse(object.attributes['visState']);
  if (state === undefined) return ['visState describes no visualization'];
  return [
    ...(state.type === CONTROLS ? [] : readsIndex(source)),
    ...filters,
    ...state.aggs.flatMap(aggregationFields),
    ...state.params.controls.flatMap(({ fieldName }) => groupedBy(fieldName)),
  ];
}

/** Ids that are there twice, orders by what is no measure, panels that count nothing; `[]` for none. */
export function aggregationProblems({ type, attributes }: ReadObject): string[] {
  const { data: state } = VisStateSchema.safeParse(attributes['visState']);
  if (type !== 'visualization' || state === undefined || state.type === CONTROLS) return [];
  const ids = state.aggs.map(({ id }) => id);
  const measures = state.aggs.filter(({ schema }) => schema === 'metric');
  const orders = new Set([...OWN_ORDERS, ...measures.filter((each) => each.type !== UNORDERED).map(({ id }) => id)]);
  return [
    ...(measures.length === 0 ? ['counts nothing'] : []),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `has two aggregations ${id}`),
    ...state.aggs.flatMap(({ id, params: { orderBy } }) =>
      orderBy === undefined || orders.has(orderBy)
        ? []
        : [`aggregation ${id} is ordered by ${orderBy}, which orders nothing`],
    ),
  ];
}

function sourceOf({ attributes }: ReadObject): z.output<typeof SourceSchema> | undefined {
  const { data } = z.object({ searchSourceJSON: SourceSchema }).safeParse(attributes['kibanaSavedObjectMeta'] ?? EMPTY);
  return data?.searchSourceJSON;
}

/** An index pattern reads nothing. */
const EMPTY = { searchSourceJSON: {} };

function readsIndex({ indexRefName }: z.output<typeof SourceSchema>): string[] {
  return indexRefName === undefined ? ['reads no index pattern'] : [];
}

function searchProblems({ attributes }: ReadObject): string[] {
  const { data: search } = SearchSchema.safeParse(attributes);
  if (search === undefined) return ['has no columns and order'];
  return [...search.columns.flatMap(inIndex), ...search.sort.flatMap(([field]) => groupedBy(field))];
}

/** The newest post is read from what is stored, so that any field does. */
function aggregationFields({ id, type, params: { field, sortField } }: Aggregation): string[] {
  if (type === 'count') return [];
  if (field === undefined) return [`aggregation ${id} has no field`];
  return [
    ...(type === UNORDERED ? inIndex(field) : groupedBy(field)),
    ...(sortField === undefined ? [] : groupedBy(sortField)),
  ];
}

function inIndex(path: string): string[] {
  return findField(path) === undefined ? [`the index has no field ${path}`] : [];
}

function groupedBy(path: string): string[] {
  const field = findField(path);
  if (field === undefined) return [`the index has no field ${path}`];
  return field.isAggregatable ? [] : [`${path} is ${field.type}: posts cannot be grouped or sorted by it`];
}
