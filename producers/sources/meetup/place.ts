import * as z from 'zod';

import { listOf, maybe } from '../../network/loose.ts';

const Text = maybe(z.string().trim().min(1));

const WHERE = {
  name: Text,
  city: Text,
  state: Text,
  country: Text,
  lat: maybe(z.number().min(-90).max(90)),
  lon: maybe(z.number().min(-180).max(180)),
};

/** A venue, as far as it says where something is. */
export const VenuesSchema = listOf(z.object({ ...WHERE, venueType: Text }));
export const GroupPlaceSchema = z.object(WHERE);

type Where = z.infer<typeof GroupPlaceSchema>;
type Venue = z.infer<typeof VenuesSchema>[number];

/** Where Meetup knows states: elsewhere the field holds codes of its own (`43` in Britain) or slips of the pen. */
const WITH_STATES = new Set(['US', 'CA']);

/**
 * Where an event is: the first venue that one can go to, else the home of the group.
 * @returns undefined if neither says anything
 */
export function placeOf(venues: readonly Venue[], group: Where | undefined): Where | undefined {
  const venue = venues.find(isPhysical);
  // The name of a group is not that of a place.
  const where = venue ?? (group && { ...group, name: undefined });
  if (where === undefined) return undefined;
  const country = codeOf(where.country);
  const state = codeOf(where.state);
  const place = {
    name: where.name,
    city: where.city,
    state: country !== undefined && WITH_STATES.has(country) ? state : undefined,
    country,
    ...coordinatesOf(where),
  };
  return Object.values(place).some((value) => value !== undefined) ? place : undefined;
}

/** Online events have a venue as well, at a place in the Pacific. */
function isPhysical({ venueType, name }: Venue): boolean {
  return venueType?.toLowerCase() !== 'online' && name?.toLowerCase() !== 'online event';
}

/** Two letters, upper case, as in ISO 3166; undefined for anything else. */
function codeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : undefined;
}

/** Both or none; 0, 0 is where nobody has said. */
function coordinatesOf({ lat, lon }: Where): Pick<Where, 'lat' | 'lon'> {
  const isSaid = lat !== undefined && lon !== undefined && (lat !== 0 || lon !== 0);
  return isSaid ? { lat, lon } : { lat: undefined, lon: undefined };
}
