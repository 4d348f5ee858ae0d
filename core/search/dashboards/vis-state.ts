import { aggregationsOf, type Aggregation } from './aggregations.ts';
import type { Panel } from './panel-schema.ts';

/** A panel that is drawn, as against posts themselves. */
export type DrawnPanel = Exclude<Panel, { kind: 'search' }>;

/** What `visState` of a visualization holds. */
export interface VisState {
  readonly title: string;
  /** Name of the plug-in that draws it. */
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly aggs: readonly Aggregation[];
}

const TYPES = {
  metric: 'metric',
  pie: 'pie',
  donut: 'pie',
  line: 'line',
  bar: 'histogram',
  'horizontal-bar': 'horizontal_bar',
  'tag-cloud': 'tagcloud',
  table: 'table',
  map: 'tile_map',
} as const;

/** How a panel is drawn, and of what. */
export function visStateOf(panel: DrawnPanel): VisState {
  const aggs = aggregationsOf(panel);
  return { title: panel.title, type: TYPES[panel.kind], params: paramsOf(panel, aggs), aggs };
}

/** The options of the plug-in; what is left out has its default there. */
function paramsOf(panel: DrawnPanel, aggs: readonly Aggregation[]): Record<string, unknown> {
  switch (panel.kind) {
    case 'metric':
      return metricParams();
    case 'pie':
    case 'donut':
      return pieParams(panel.kind === 'donut');
    case 'line':
    case 'bar':
    case 'horizontal-bar':
      return axesParams(panel.kind, measureLabel(aggs));
    case 'tag-cloud':
      return { scale: 'linear', orientation: 'single', minFontSize: 14, maxFontSize: 60, showLabel: false };
    case 'table':
      return tableParams();
    case 'map':
    default:
      return mapParams();
  }
}

function measureLabel([measure]: readonly Aggregation[]): string {
  const { customLabel, field } = measure?.params ?? {};
  if (typeof customLabel === 'string') return customLabel;
  return typeof field === 'string' ? `${measure?.type} ${field}` : 'Posts';
}

function metricParams() {
  return {
    type: 'metric',
    addTooltip: true,
    addLegend: false,
    metric: {
      percentageMode: false,
      useRanges: false,
      colorSchema: 'Green to Red',
      metricColorMode: 'None',
      colorsRange: [{ from: 0, to: 10_000 }],
      labels: { show: true },
      invertColors: false,
      style: { bgFill: '#000', bgColor: false, labelColor: false, subText: '', fontSize: 40 },
    },
  };
}

function pieParams(isDonut: boolean) {
  return {
    type: 'pie',
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    isDonut,
    labels: { show: true, values: true, last_level: true, truncate: 100 },
  };
}

function tableParams() {
  return {
    perPage: 10,
    showPartialRows: false,
    showMetricsAtAllLevels: false,
    sort: { columnIndex: null, direction: null },
    showTotal: false,
    totalFunc: 'sum',
    percentageCol: '',
  };
}

function mapParams() {
  return {
    colorSchema: 'Yellow to Red',
    mapType: 'Scaled Circle Markers',
    isDesaturated: true,
    addTooltip: true,
    heatClusterSize: 1.5,
    legendPosition: 'bottomright',
    mapZoom: 2,
    mapCenter: [20, 0],
    wms: { enabled: false, options: { format: 'image/png', transparent: true } },
  };
}

type AxesKind = 'line' | 'bar' | 'horizontal-bar';

function axesParams(kind: AxesKind, label: string) {
  const isLying = kind === 'horizontal-bar';
  const shape = kind === 'line' ? 'line' : 'histogram';
  return {
    type: shape,
    grid: { categoryLines: false },
    categoryAxes: [categoryAxis(isLying ? 'left' : 'bottom')],
    valueAxes: [valueAxis(isLying ? 'bottom' : 'left', label)],
    seriesParams: [
      {
        show: true,
        type: shape,
        mode: kind === 'line' ? 'normal' : 'stacked',
        data: { label, id: '1' },
        valueAxis: 'ValueAxis-1',
        drawLinesBetweenPoints: true,
        lineWidth: 2,
        interpolate: 'linear',
        showCircles: true,
      },
    ],
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    times: [],
    addTimeMarker: false,
  };
}

function categoryAxis(position: string) {
  return {
    id: 'CategoryAxis-1',
    type: 'category',
    position,
    show: true,
    style: {},
    scale: { type: 'linear' },
    labels: { show: true, filter: true, truncate: 100 },
    title: {},
  };
}

function valueAxis(position: string, text: string) {
  return {
    id: 'ValueAxis-1',
    name: 'ValueAxis-1',
    type: 'value',
    position,
    show: true,
    style: {},
    scale: { type: 'linear', mode: 'normal' },
    labels: { show: true, rotate: 0, filter: false, truncate: 100 },
    title: { text },
  };
}
