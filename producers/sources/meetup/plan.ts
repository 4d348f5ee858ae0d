import { createHash } from 'node:crypto';

import * as z from 'zod';

import { trackedKeywords, type Preset } from '../../../presets/preset-schema.ts';
import { jsonOrUndefined } from '../../network/json.ts';
import type { EventSearchFilter } from './api.ts';

const KM_PER_MILE = 1.609344;
const DAY_MS = 86_400_000;
/** Half of the way around the earth: no place is farther. */
const EVERYWHERE_MILES = 12_500;

/** What is searched for, where, on whatever day. */
type Search = Omit<EventSearchFilter, 'startDateRange' | 'endDateRange'>;

/** Where a sweep is. */
export interface Position {
  /** The first day of the sweep, `2026-11-20`, UTC. */
  readonly from: string;
  /** The number of the search that comes next, day by day. */
  readonly at: number;
  /** The cursor of Meetup that the next page of this search comes after; undefined at its beginning. */
  readonly after?: string | undefined;
}

/** The searches of a sweep: all of the first day, all of the second, and so on. */
export interface SweepPlan {
  /** A new sweep, that begins with the day of a moment. */
  start(nowMs: number): Position;
  isOver(position: Position): boolean;
  /** The search at a position of this plan that is not over. */
  filterAt(position: Position): EventSearchFilter;
  toCursor(position: Position): string;
  /** The position in a cursor of this plan; undefined for any other text, also one of another plan. */
  fromCursor(cursor: string): Position | undefined;
}

const CursorSchema = z.object({
  plan: z.string(),
  from: z.iso.date(),
  at: z.int().min(0),
  after: z.string().optional(),
});

/** The plan that a preset makes. @param days how many days are searched, today included */
export function sweepPlan(preset: Preset, days: number): SweepPlan {
  const searches = searchesOf(preset);
  // The number of a search means nothing to other searches.
  const plan = createHash('sha256').update(JSON.stringify(searches)).digest('hex').slice(0, 8);
  const length = searches.length * days;
  return {
    start: (nowMs) => ({ from: dayOf(nowMs), at: 0 }),
    isOver: ({ at }) => at >= length,
    filterAt({ from, at }) {
      const search = searches[at % searches.length];
      if (search === undefined) throw new RangeError('a plan without searches');
      const startMs = Date.parse(from) + Math.floor(at / searches.length) * DAY_MS;
      return { ...search, startDateRange: `${dayOf(startMs)}T00:00:00Z`, endDateRange: `${dayOf(startMs)}T23:59:59Z` };
    },
    toCursor: (position) => JSON.stringify({ plan, ...position }),
    fromCursor(cursor) {
      const position = CursorSchema.safeParse(jsonOrUndefined(cursor)).data;
      return position?.plan === plan ? { from: position.from, at: position.at, after: position.after } : undefined;
    },
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * Around each place every kind of event, and online ones wherever they are. Meetup looks for the words in titles; a
 * preset that wants everything gives the names of its topics, as a search cannot be without words.
 */
function searchesOf({ scope, topics, places }: Preset): Search[] {
  const queries = scope === 'everything' ? topics.map(({ name }) => name) : trackedKeywords(topics);
  const around = places.map(({ lat, lon, radiusKm }) => ({ lat, lon, radius: milesOf(radiusKm) }));
  const online = { lat: 0, lon: 0, radius: EVERYWHERE_MILES, eventType: 'ONLINE' as const };
  return [...around, online].flatMap((where) => queries.map((query) => ({ query, ...where })));
}

/** `EventSearchFilter.radius` is in miles. */
function milesOf(km: number): number {
  return Math.round((km / KM_PER_MILE) * 100) / 100;
}
