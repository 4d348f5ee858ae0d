/** The networks, as the `source` of an event and the first part of its id. */
export const SOURCES = ['twitter', 'reddit', 'meetup', 'bluesky', 'hackernews', 'mastodon', 'wikimedia'] as const;

export type Source = (typeof SOURCES)[number];

/**
 * The network that an id of the contract belongs to.
 * @throws RangeError if the id names no known network; ids of parsed events always do
 */
export function sourceOf(id: string): Source {
  const name = id.slice(0, id.indexOf(':'));
  const source = SOURCES.find((known) => known === name);
  if (source === undefined) throw new RangeError(`id ${id} names no known source`);
  return source;
}
