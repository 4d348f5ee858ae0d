import type { Client } from '@opensearch-project/opensearch';
import * as z from 'zod';

import { authorDetailsBody } from '../../core/search/author-queries.ts';
import { bestOf } from '../../core/search/best-of.ts';
import { byInfluence, type AuthorTotals, type InfluenceMeasure } from '../../core/search/influencers.ts';
import type { PostFilter } from '../../core/search/queries.ts';
import { FollowersSchema, walkAuthors, type ReportPosts } from './author-walk.ts';
import { atOneMoment, type AskMoment } from './point-in-time.ts';

/** An author with what they call themselves, as last seen. */
export interface Influencer extends AuthorTotals {
  readonly handle?: string | undefined;
  readonly name?: string | undefined;
}

export interface InfluencerRequest {
  readonly filter: PostFilter;
  readonly measure: InfluenceMeasure;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface Influencers {
  /** All that have posts. */
  readonly authors: number;
  /** The most influential ones first, in a total order. */
  readonly best: readonly Influencer[];
}

/**
 * The most influential authors: exact over all authors and indices, of one state of the index, in the memory of a page
 * and of those that are returned.
 * @throws TransientStoreError, SearchRefusedError
 */
export async function findInfluencers(
  { client, alias }: { readonly client: Client; readonly alias: string },
  { filter, measure, limit }: InfluencerRequest,
  report: ReportPosts,
): Promise<Influencers> {
  const found = await atOneMoment({ client, alias, what: 'Counting authors' }, async (ask) => {
    const best = bestOf<AuthorTotals>(limit, byInfluence(measure));
    let authors = 0;
    for await (const author of walkAuthors(ask, { filter, withFollowers: measure === 'reach' }, report)) {
      best.add(author);
      authors++;
    }
    return { authors, best: await withDetails(ask, best.sorted(), filter) };
  });
  return found ?? { authors: 0, best: [] };
}

const AuthorSchema = z.object({ handle: z.string().optional(), name: z.string().optional() });
const DetailsSchema = z.object({
  aggregations: z.object({
    authors: z.object({
      buckets: z.array(
        z.object({
          followers: FollowersSchema,
          named: z.object({
            latest: z.object({
              hits: z.object({ hits: z.array(z.object({ _source: z.object({ author: AuthorSchema }) })) }),
            }),
          }),
        }),
      ),
    }),
  }),
});

async function withDetails(
  ask: AskMoment,
  authors: readonly AuthorTotals[],
  filter: PostFilter,
): Promise<Influencer[]> {
  if (authors.length === 0) return [];
  const { aggregations } = await ask(authorDetailsBody(authors, filter), DetailsSchema);
  return authors.map(({ source, id, posts, engagement }, i) => {
    const details = aggregations.authors.buckets[i];
    const { handle, name } = details?.named.latest.hits.hits[0]?._source.author ?? {};
    return { source, id, handle, name, posts, engagement, followers: details?.followers };
  });
}
