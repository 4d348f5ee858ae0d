/** An event as the search of Meetup knows it. */
export interface MeetupNode {
  readonly id: string;
  readonly title: string;
  readonly dateTime: string;
  readonly eventType: string;
  readonly venues?: readonly (Point & Readonly<Record<string, unknown>>)[] | null;
  readonly [field: string]: unknown;
}

/** The variables of the query. */
export interface SearchVariables {
  readonly f: {
    readonly query: string;
    readonly lat: number;
    readonly lon: number;
    /** Miles. */
    readonly radius: number;
    readonly startDateRange: string;
    readonly endDateRange: string;
    readonly eventType?: string;
  };
  readonly first: number;
  readonly after?: string;
}

/** Why Meetup would not take the variables; undefined if it would. Its dates have an offset. */
export function complaintOf({ f, first }: SearchVariables): string | undefined {
  for (const name of ['startDateRange', 'endDateRange'] as const)
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(f[name]))
      return `Variable 'f' has an invalid value: Failed to parse input value ${f[name]} as ZonedDateTime`;
  const areNumbers = [f.lat, f.lon, f.radius, first].every((value) => typeof value === 'number');
  return areNumbers && typeof f.query === 'string' ? undefined : "Variable 'f' has an invalid value";
}

/** A page of what a search finds, soonest first, as GraphQL answers it; the cursor is the last event that was given. */
export function searchAnswer(nodes: readonly MeetupNode[], { f, first, after }: SearchVariables): object {
  const found = nodes.filter((node) => isFound(node, f)).toSorted((a, b) => timeOf(a) - timeOf(b));
  const begin = after === undefined ? 0 : found.findIndex((node) => cursorOf(node) === after) + 1;
  const page = found.slice(begin, begin + first);
  const last = page.at(-1);
  return {
    totalCount: found.length,
    pageInfo: { hasNextPage: begin + first < found.length, endCursor: last === undefined ? null : cursorOf(last) },
    edges: page.map((node) => ({ cursor: cursorOf(node), node })),
  };
}

function isFound(node: MeetupNode, f: SearchVariables['f']): boolean {
  const time = timeOf(node);
  if (time < Date.parse(f.startDateRange) || time > Date.parse(f.endDateRange)) return false;
  if (!node.title.toLowerCase().includes(f.query.toLowerCase())) return false;
  if (f.eventType !== undefined && node.eventType !== f.eventType) return false;
  return node.venues?.some((venue) => milesBetween(venue, f) <= f.radius) ?? node.eventType === 'ONLINE';
}

function timeOf({ dateTime }: MeetupNode): number {
  return Date.parse(dateTime);
}

function cursorOf(node: MeetupNode): string {
  return Buffer.from(`${node.id}:${timeOf(node)}`).toString('base64');
}

const EARTH_MILES = 3_958.8;

interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** https://en.wikipedia.org/wiki/Haversine_formula */
function milesBetween(a: Point, b: Point): number {
  const [latA, latB] = [radians(a.lat), radians(b.lat)];
  const half = (x: number): number => Math.sin(x / 2) ** 2;
  const h = half(latB - latA) + Math.cos(latA) * Math.cos(latB) * half(radians(b.lon - a.lon));
  return 2 * EARTH_MILES * Math.asin(Math.min(1, Math.sqrt(h)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
