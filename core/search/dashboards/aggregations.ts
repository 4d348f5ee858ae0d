import type { Group, Measure, Panel } from './panel-schema.ts';

/**
 * An aggregation of a visualization, as `visState.aggs` holds it: the only description of what a panel counts, which
 * Dashboards reads, and which requests are made of here.
 */
export interface Aggregation {
  readonly id: string;
  readonly enabled: true;
  readonly type: string;
  /** The part that it plays in the panel: `metric`, `segment`, `group`, `bucket`. */
  readonly schema: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Draft = Omit<Aggregation, 'id' | 'enabled'>;

const MEASURES = { sum: 'sum', average: 'avg', maximum: 'max', minimum: 'min', distinct: 'cardinality' } as const;

/** Measures first, then groups from the outermost to the innermost; `[]` for a panel of posts themselves. */
export function aggregationsOf(panel: Panel): Aggregation[] {
  return [...measuresOf(panel).map(measureDraft), ...groupsOf(panel)].map((draft, i) => ({
    id: String(i + 1),
    enabled: true,
    ...draft,
  }));
}

function measuresOf(panel: Panel): readonly Measure[] {
  if (panel.kind === 'search') return [];
  return panel.kind === 'metric' || panel.kind === 'table' ? panel.measures : [panel.measure];
}

/** A split stands before the rest: which values get a line is decided over the whole time, not for each span. */
function groupsOf(panel: Panel): Draft[] {
  switch (panel.kind) {
    case 'metric':
      return split(panel.splitBy);
    case 'line':
      return [...split(panel.splitBy), spans(panel.every)];
    case 'bar':
    case 'horizontal-bar':
      // Here the bars are what is ordered, and each is made of its own parts.
      return [terms(panel.by, 'segment'), ...split(panel.splitBy)];
    case 'pie':
    case 'donut':
    case 'tag-cloud':
      return [terms(panel.by, 'segment')];
    case 'table':
      return panel.by.map((group) => terms(group, 'bucket'));
    case 'search':
      return [];
    case 'map':
    default:
      return [grid()];
  }
}

function measureDraft(measure: Measure): Draft {
  const label = measure.label === undefined ? {} : { customLabel: measure.label };
  if (measure.of === 'posts') return { type: 'count', schema: 'metric', params: label };
  const { field } = measure;
  if (measure.of === 'latest') return { type: 'top_hits', schema: 'metric', params: { ...newest(field), ...label } };
  return { type: MEASURES[measure.of], schema: 'metric', params: { field, ...label } };
}

function newest(field: string) {
  return { field, aggregate: 'concat', size: 1, sortField: 'created_at', sortOrder: 'desc' };
}

function split(group: Group | undefined): Draft[] {
  return group === undefined ? [] : [terms(group, 'group')];
}

function terms({ field, size, label }: Group, schema: string): Draft {
  return {
    type: 'terms',
    schema,
    params: {
      field,
      size,
      order: 'desc',
      // The first measure has the first id.
      orderBy: '1',
      otherBucket: false,
      otherBucketLabel: 'Other',
      missingBucket: false,
      missingBucketLabel: 'Missing',
      ...(label !== undefined && { customLabel: label }),
    },
  };
}

function spans(interval: string): Draft {
  return {
    type: 'date_histogram',
    schema: 'segment',
    params: {
      field: 'created_at',
      interval,
      useNormalizedOpenSearchInterval: true,
      drop_partials: false,
      min_doc_count: 1,
      extended_bounds: {},
    },
  };
}

function grid(): Draft {
  return {
    type: 'geohash_grid',
    schema: 'segment',
    params: { field: 'location', autoPrecision: true, precision: 2, useGeocentroid: true, isFilteredByCollar: true },
  };
}
