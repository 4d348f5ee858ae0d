import { describe, expect, test } from 'vitest';

import { dashboardsNdjson } from '../../../../core/search/dashboards/saved-objects.ts';
import { dashboardProblems } from '../../../../core/search/dashboards/validate.ts';
import { PRESET_NAMES, presetNamed } from '../../../../presets/presets.ts';

interface Line {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  references: { name: string; type: string; id: string }[];
  migrationVersion: Record<string, string>;
}

/** A file without fault: that of `cats-vs-dogs`, or of `iphone` where a fault needs a filter bar. */
function linesOf(preset: 'cats-vs-dogs' | 'iphone'): Line[] {
  return ndjsonOf(preset)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function ndjsonOf(preset: string): string {
  return dashboardsNdjson({ preset, alias: `${preset}-posts`, dashboards: presetNamed(preset).dashboards });
}

/** What is found in a file in which one object is changed, or the list of them. */
function problemsAfter(id: string, change: (line: Line, lines: Line[]) => void): string[] {
  const lines = linesOf(id.startsWith('iphone') ? 'iphone' : 'cats-vs-dogs');
  const line = lines.find((each) => each.id === id);
  if (line === undefined) throw new Error(`there is no ${id}`);
  change(line, lines);
  return dashboardProblems(lines.map((each) => JSON.stringify(each)).join('\n'));
}

function nth<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new RangeError(`there is no ${i}`);
  return item;
}

/** Changes the JSON in the text of an attribute. */
function inJson(name: string, change: (inner: never) => void): (line: Line) => void {
  return ({ attributes }) => {
    const inner: unknown = JSON.parse(String(attributes[name]));
    change(inner as never);
    attributes[name] = JSON.stringify(inner);
  };
}

interface VisState {
  aggs: { id: string; schema: string; params: Record<string, unknown> }[];
  params: { controls: { fieldName: string; indexPatternRefName?: string }[] };
}
type Panels = { panelIndex: string; gridData: Record<string, number | string> }[];
interface Meta {
  searchSourceJSON: string;
}

const visState = (change: (state: VisState) => void) => inJson('visState', change);
const panels = (change: (all: Panels) => void) => inJson('panelsJSON', change);
const source =
  (change: (inner: { indexRefName?: string; filter: { meta: { key: string } }[] }) => void) => (line: Line) => {
    const meta = line.attributes['kibanaSavedObjectMeta'] as Meta;
    const inner = JSON.parse(meta.searchSourceJSON) as { filter: { meta: { key: string } }[] };
    change(inner);
    meta.searchSourceJSON = JSON.stringify(inner);
  };
const set = (name: string, value: unknown) => (line: Line) => void (line.attributes[name] = value);

const DASHBOARD = 'cats-vs-dogs-cats-vs-dogs';
const PIE = 'cats-vs-dogs-so-far-today';
const DOGS = 'cats-vs-dogs-total-dog-posts';
const LINE = 'cats-vs-dogs-post-timeline-today';
const SEARCH = 'cats-vs-dogs-most-popular-posts-of-the-hour';
const BAR = 'iphone-product-perception-for-iphone-filters';
const POPULAR = 'iphone-popular-tweets';

describe('a file of saved objects', () => {
  test.each(PRESET_NAMES)('has no fault as the generator makes it: %s', (preset) => {
    expect(ndjsonOf(preset).split('\n').length).toBeGreaterThan(5);
    expect(dashboardProblems(ndjsonOf(preset))).toEqual([]);
  });

  test('has no fault where it is empty', () => {
    expect(dashboardProblems('')).toEqual([]);
  });

  test.each([
    ['{', 'line 1: is no saved object'],
    ['[]', 'line 1: is no saved object'],
    ['{"type":"dashboard"}', 'line 1: is no saved object'],
    ['{"type":"lens","id":"a","attributes":{},"references":[]}', 'line 1: the type lens is none of'],
    ['{"type":"toString","id":"a","attributes":{},"references":[]}', 'line 1: the type toString is none of'],
  ])('is refused for a line such as %s', (line, problem) => {
    expect(dashboardProblems(line)).toEqual([expect.stringContaining(problem)]);
  });

  test.each<[string, string, (line: Line, lines: Line[]) => void]>([
    ['is there twice', PIE, (line, lines) => void lines.push(line)],
    ['visState holds no JSON', PIE, set('visState', '{')],
    ['uiStateJSON holds no JSON', PIE, set('uiStateJSON', {})],
    ['panelsJSON holds no JSON', DASHBOARD, set('panelsJSON', [])],
    ['searchSourceJSON holds no JSON', PIE, set('kibanaSavedObjectMeta', { searchSourceJSON: '' })],
  ])('is refused where a line %s', (problem, id, change) => {
    expect(problemsAfter(id, change).join('\n')).toContain(problem);
  });

  test.each<[string, string, (line: Line, lines: Line[]) => void]>([
    ['names a reference panel_0 that it does not have', DASHBOARD, ({ references }) => void references.shift()],
    [
      'has a reference extra',
      PIE,
      ({ references }) => void references.push({ name: 'extra', type: 'search', id: SEARCH }),
    ],
    ['has two references panel_0', DASHBOARD, ({ references }) => void references.push({ ...nth(references, 0) })],
    [`refers to visualization ${PIE}, which is not in`, DASHBOARD, (_, lines) => void lines.splice(1, 1)],
    ['refers to index-pattern cats-vs-dogs-posts', PIE, (_, lines) => void lines.shift()],
    ['names a reference control_0_index_pattern', BAR, ({ references }) => void references.shift()],
    ['reads no index pattern', PIE, source((inner) => delete inner.indexRefName)],
    [
      'has form 8.0.0; Dashboards knows 7.9.3',
      DASHBOARD,
      (line) => void (line.migrationVersion['dashboard'] = '8.0.0'),
    ],
    [
      'has form 7.10.1; Dashboards knows 7.10.0',
      PIE,
      (line) => void (line.migrationVersion['visualization'] = '7.10.1'),
    ],
    ['has a form of search', PIE, (line) => void (line.migrationVersion['search'] = '7.0.0')],
  ])('is refused for links and forms: %s', (problem, id, change) => {
    expect(problemsAfter(id, change).join('\n')).toContain(problem);
  });

  test.each<[string, string, (line: Line) => void]>([
    ['the index has no field tag', PIE, visState(({ aggs }) => void (nth(aggs, 1).params['field'] = 'tag'))],
    [
      'text is text: posts cannot be grouped',
      PIE,
      visState(({ aggs }) => void (nth(aggs, 1).params['field'] = 'text')),
    ],
    ['hashtags.prefix is text', PIE, visState(({ aggs }) => void (nth(aggs, 1).params['field'] = 'hashtags.prefix'))],
    ['url is keyword: posts cannot be', PIE, visState(({ aggs }) => void (nth(aggs, 1).params['field'] = 'url'))],
    ['aggregation 2 has no field', PIE, visState(({ aggs }) => void delete nth(aggs, 1).params['field'])],
    ['the index has no field words', POPULAR, visState(({ aggs }) => void (nth(aggs, 1).params['field'] = 'words'))],
    ['text is text', POPULAR, visState(({ aggs }) => void (nth(aggs, 1).params['sortField'] = 'text'))],
    ['the index has no field name', BAR, visState(({ params }) => void (nth(params.controls, 0).fieldName = 'name'))],
    ['the index has no field animal', DOGS, source(({ filter }) => void (nth(filter, 0).meta.key = 'animal'))],
    [
      'a filter of source asks for another field',
      DOGS,
      source(({ filter }) => void (nth(filter, 0).meta.key = 'source')),
    ],
    ['the index has no field texts', SEARCH, set('columns', ['texts'])],
    ['text is text', SEARCH, set('sort', [['text', 'desc']])],
    ['has no columns and order', SEARCH, set('sort', [['engagement', 'down']])],
    ['visState describes no visualization', PIE, set('visState', '{}')],
    ['counts nothing', PIE, visState((state) => void state.aggs.shift())],
    ['has two aggregations 1', PIE, visState(({ aggs }) => void (nth(aggs, 1).id = '1'))],
    [
      'is ordered by 9, which orders nothing',
      LINE,
      visState(({ aggs }) => void (nth(aggs, 1).params['orderBy'] = '9')),
    ],
    [
      'is ordered by 2, which orders nothing',
      POPULAR,
      visState(({ aggs }) => void (nth(aggs, 2).params['orderBy'] = '2')),
    ],
  ])('is refused for fields and aggregations: %s', (problem, id, change) => {
    expect(problemsAfter(id, change).join('\n')).toContain(problem);
  });

  test.each<[string, (line: Line) => void]>([
    ['panel 1 leaves the grid', panels((all) => void (nth(all, 0).gridData['x'] = 40))],
    ['panel 1 leaves the grid', panels((all) => void (nth(all, 0).gridData['h'] = 0))],
    ['panels 1 and 2 overlap', panels((all) => void (nth(all, 1).gridData['x'] = 23))],
    ['panel 1 stands in the grid as 7', panels((all) => void (nth(all, 0).gridData['i'] = '7'))],
    ['has two panels 1', panels((all) => void (nth(all, 1).panelIndex = '1'))],
    ['panelsJSON is no list of panels', set('panelsJSON', '{}')],
    ['restores a time that it does not have', set('timeTo', '')],
    ['has a refresh that is applied only where the time is restored', set('timeRestore', false)],
    ['does not refresh', set('refreshInterval', { pause: true, value: 60_000 })],
    ['does not refresh', set('refreshInterval', { pause: false, value: 100 })],
    ['its time and refresh cannot be read', set('refreshInterval', 60)],
  ])('is refused for grid and time: %s', (problem, change) => {
    expect(problemsAfter(DASHBOARD, change).join('\n')).toContain(`dashboard ${DASHBOARD}: ${problem}`);
  });
});
