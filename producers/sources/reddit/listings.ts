import type { ReadContext } from '../../network/network.ts';
import { SourceError } from '../../source-error.ts';
import { POST_LISTINGS, type PostListing } from './reddit-client.ts';

export const LISTINGS = [...POST_LISTINGS, 'comments'] as const;
export type Listing = PostListing | 'comments';

/** The listings to read: those of the option, else all. @throws SourceError for one that is none */
export function chosenListings({ flags }: Pick<ReadContext, 'flags'>): ReadonlySet<Listing> {
  const option = flags['listings'];
  if (typeof option !== 'string') return new Set(LISTINGS);
  return new Set(option.split(',').map(listingOf));
}

function listingOf(text: string): Listing {
  const listing = LISTINGS.find((each) => each === text.trim().toLowerCase());
  if (listing === undefined)
    throw new SourceError(`${JSON.stringify(text)} is no listing: --listings takes some of ${LISTINGS.join(',')}.`);
  return listing;
}
