import * as z from 'zod';

import { aggregationProblems, fieldProblems } from './validate-fields.ts';
import { GRID_COLUMNS } from './panel-schema.ts';
import { readObjects, type ReadObject } from './read-objects.ts';
import { NEWEST_FORMS } from './saved-objects.ts';

/** The least that is kind to a server, in milliseconds. */
const SHORTEST_REFRESH_MS = 5_000;

const PanelsSchema = z.array(
  z.object({
    panelIndex: z.string(),
    gridData: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int(), i: z.string() }),
  }),
);
type GridPanel = z.output<typeof PanelsSchema>[number];

const TimeSchema = z.object({
  timeRestore: z.boolean().default(false),
  timeFrom: z.string().default(''),
  timeTo: z.string().default(''),
  refreshInterval: z.object({ pause: z.boolean(), value: z.number() }).optional(),
});

/**
 * Checks a file of saved objects without a server, as Dashboards imports some of these faults without a word and then
 * shows nothing: lines, types and ids; nested JSON; references; forms; fields; the grid; time and refresh; aggregations.
 * @returns a sentence for each fault, naming the object; `[]` for a file without any
 */
export function dashboardProblems(ndjson: string): string[] {
  const { objects, problems } = readObjects(ndjson);
  const known = new Set(objects.map(({ type, id }) => `${type} ${id}`));
  const found = objects.flatMap((object) =>
    [
      ...referenceProblems(object, known),
      ...formProblems(object),
      ...fieldProblems(object),
      ...(object.type === 'dashboard' ? [...gridProblems(object), ...timeProblems(object)] : []),
      ...aggregationProblems(object),
    ].map((problem) => `${object.type} ${object.id}: ${problem}`),
  );
  return [...problems, ...found];
}

function referenceProblems({ attributes, references }: ReadObject, known: ReadonlySet<string>): string[] {
  const named = referenceNames(attributes);
  const given = references.map(({ name }) => name);
  return [
    ...named.filter((name) => !given.includes(name)).map((name) => `names a reference ${name} that it does not have`),
    ...given.filter((name) => !named.includes(name)).map((name) => `has a reference ${name} that it does not name`),
    ...given.filter((name, i) => given.indexOf(name) !== i).map((name) => `has two references ${name}`),
    ...references
      .filter(({ type, id }) => !known.has(`${type} ${id}`))
      .map(({ type, id }) => `refers to ${type} ${id}, which is not in the file`),
  ];
}

/** Every name of a reference in a value, however deep. */
function referenceNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name.toLowerCase().endsWith('refname') && typeof inner === 'string' ? [inner] : referenceNames(inner),
  );
}

function formProblems({ type, migrationVersion }: ReadObject): string[] {
  return Object.entries(migrationVersion).flatMap(([name, version]) => {
    if (name !== type) return [`has a form of ${name}`];
    const newest = NEWEST_FORMS[type] ?? '';
    return isNewer(version, newest) ? [`has form ${version}; Dashboards knows ${newest} at most`] : [];
  });
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const differing = a?.findIndex((part, i) => part !== b?.[i]) ?? -1;
  return differing >= 0 && !((a?.[differing] ?? 0) < (b?.[differing] ?? 0));
}

function gridProblems({ attributes }: ReadObject): string[] {
  const { data: panels } = PanelsSchema.safeParse(attributes['panelsJSON']);
  if (panels === undefined) return ['panelsJSON is no list of panels'];
  const indices = panels.map(({ panelIndex }) => panelIndex);
  return [
    ...indices.filter((index, i) => indices.indexOf(index) !== i).map((index) => `has two panels ${index}`),
    ...panels.flatMap((panel) => placeProblems(panel)),
    ...panels.flatMap((panel, i) =>
      panels
        .slice(i + 1)
        .filter((other) => isOverlapping(panel, other))
        .map((other) => `panels ${panel.panelIndex} and ${other.panelIndex} overlap`),
    ),
  ];
}

function placeProblems({ panelIndex, gridData: { x, y, w, h, i } }: GridPanel): string[] {
  return [
    ...(i === panelIndex ? [] : [`panel ${panelIndex} stands in the grid as ${i}`]),
    ...(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= GRID_COLUMNS
      ? []
      : [`panel ${panelIndex} leaves the grid of ${GRID_COLUMNS} columns`]),
  ];
}

function isOverlapping({ gridData: a }: GridPanel, { gridData: b }: GridPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function timeProblems({ attributes }: ReadObject): string[] {
  const { data: time } = TimeSchema.safeParse(attributes);
  if (time === undefined) return ['its time and refresh cannot be read'];
  const { timeRestore, timeFrom, timeTo, refreshInterval } = time;
  const problems: string[] = [];
  if (timeRestore && (timeFrom === '' || timeTo === '')) problems.push('restores a time that it does not have');
  if (refreshInterval === undefined) return problems;
  if (!timeRestore) problems.push('has a refresh that is applied only where the time is restored');
  if (refreshInterval.pause || refreshInterval.value < SHORTEST_REFRESH_MS)
    problems.push(`does not refresh, or more often than every ${SHORTEST_REFRESH_MS} ms`);
  return problems;
}
