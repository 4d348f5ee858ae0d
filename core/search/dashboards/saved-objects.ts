import { layOut, sizeOf, type Place } from './layout.ts';
import { GRID_COLUMNS, slugOf, type Dashboard, type Panel } from './panel-schema.ts';
import { INDEX_REFERENCE, searchSourceOf, type Reference } from './search-source.ts';
import { visStateOf, type DrawnPanel } from './vis-state.ts';

/** An object as OpenSearch Dashboards exports and imports it; what it nests is JSON in texts. */
export interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly migrationVersion: Readonly<Record<string, string>>;
}

/** What dashboards are made of. */
export interface DashboardSet {
  /** Begins every id, so that presets stand beside each other. */
  readonly preset: string;
  /** What people read; it leaves out what was deleted. */
  readonly alias: string;
  readonly dashboards: readonly Dashboard[];
}

/** How often a dashboard asks again, in milliseconds. */
export const REFRESH_MS = 60_000;

/** The newest form of each type that Dashboards 2.x and 3.x know: they refuse what is newer. */
export const NEWEST_FORMS: Readonly<Record<string, string>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  search: '7.9.3',
  dashboard: '7.9.3',
};

const FILTER_BAR = { w: GRID_COLUMNS, h: 6 };
const EVERYTHING = JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] });

/** The saved objects as a file that Dashboards imports; the same input gives the same bytes, none gives none. */
export function dashboardsNdjson(set: DashboardSet): string {
  return savedObjectsOf(set)
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');
}

/** The index pattern, then each dashboard after its panels; `[]` for no dashboard. */
export function savedObjectsOf(set: DashboardSet): SavedObject[] {
  if (set.dashboards.length === 0) return [];
  return [indexPattern(set), ...set.dashboards.flatMap((dashboard) => objectsOf(set, dashboard))];
}

function objectsOf({ preset }: DashboardSet, dashboard: Dashboard): SavedObject[] {
  const bar = dashboard.filterBar.length > 0 ? [filterBar(preset, dashboard)] : [];
  const panels = dashboard.panels.map((panel) =>
    panel.kind === 'search' ? savedSearch(preset, panel) : visualization(preset, panel),
  );
  const places = layOut([...bar.map(() => FILTER_BAR), ...dashboard.panels.map(sizeOf)]);
  return [...bar, ...panels, dashboardObject(preset, dashboard, [...bar, ...panels], places)];
}

function object(type: string, id: string, rest: Pick<SavedObject, 'attributes' | 'references'>): SavedObject {
  return { type, id, ...rest, migrationVersion: { [type]: NEWEST_FORMS[type] ?? '' } };
}

function indexPattern({ preset, alias }: DashboardSet): SavedObject {
  const attributes = { title: alias, timeFieldName: 'created_at' };
  return object('index-pattern', indexPatternId(preset), { attributes, references: [] });
}

function indexPatternId(preset: string): string {
  return `${preset}-posts`;
}

function visualization(preset: string, panel: DrawnPanel): SavedObject {
  const { searchSourceJSON, references } = searchSourceOf(panel.filters, indexPatternId(preset));
  return object('visualization', `${preset}-${slugOf(panel.title)}`, {
    attributes: visAttributes(panel.title, visStateOf(panel), searchSourceJSON),
    references,
  });
}

function visAttributes(title: string, visState: object, searchSourceJSON: string) {
  return {
    title,
    description: '',
    version: 1,
    uiStateJSON: '{}',
    visState: JSON.stringify(visState),
    kibanaSavedObjectMeta: { searchSourceJSON },
  };
}

function savedSearch(preset: string, panel: Extract<Panel, { kind: 'search' }>): SavedObject {
  const { searchSourceJSON, references } = searchSourceOf(panel.filters, indexPatternId(preset));
  return object('search', `${preset}-${slugOf(panel.title)}`, {
    attributes: {
      title: panel.title,
      description: '',
      hits: 0,
      version: 1,
      columns: panel.columns,
      sort: [[panel.sortBy, panel.order]],
      kibanaSavedObjectMeta: { searchSourceJSON },
    },
    references,
  });
}

/** Controls name their index pattern by a reference each, as Dashboards itself saves them. */
function filterBar(preset: string, { title, filterBar }: Dashboard): SavedObject {
  const name = `${title}: filters`;
  const controls = filterBar.map(({ field, label }, i) => ({
    id: String(i + 1),
    indexPatternRefName: controlReference(i),
    fieldName: field,
    parent: '',
    label,
    type: 'list',
    options: { type: 'terms', multiselect: true, dynamicOptions: true, size: 100, order: 'desc' },
  }));
  const params = { controls, updateFiltersOnChange: true, useTimeFilter: true, pinFilters: false };
  return object('visualization', `${preset}-${slugOf(name)}`, {
    attributes: visAttributes(name, { title: name, type: 'input_control_vis', params, aggs: [] }, '{}'),
    references: controls.map((_, i) => ({
      name: controlReference(i),
      type: INDEX_REFERENCE.type,
      id: indexPatternId(preset),
    })),
  });
}

function controlReference(i: number): string {
  return `control_${i}_index_pattern`;
}

function dashboardObject(
  preset: string,
  { title, from, to }: Dashboard,
  shown: readonly SavedObject[],
  places: readonly Place[],
): SavedObject {
  const panels = places.map((place, i) => ({
    version: NEWEST_FORMS['dashboard'],
    panelIndex: String(i + 1),
    gridData: { ...place, i: String(i + 1) },
    embeddableConfig: {},
    panelRefName: `panel_${i}`,
  }));
  return object('dashboard', `${preset}-${slugOf(title)}`, {
    attributes: {
      title,
      description: '',
      hits: 0,
      version: 1,
      // Only what restores its time restores its refresh as well.
      timeRestore: true,
      timeFrom: from,
      timeTo: to,
      refreshInterval: { pause: false, value: REFRESH_MS },
      optionsJSON: JSON.stringify({ hidePanelTitles: false, useMargins: true }),
      panelsJSON: JSON.stringify(panels),
      kibanaSavedObjectMeta: { searchSourceJSON: EVERYTHING },
    },
    references: shown.map(({ type, id }, i) => ({ name: `panel_${i}`, type, id })),
  });
}
