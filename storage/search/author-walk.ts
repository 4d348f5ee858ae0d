import * as z from 'zod';

import { authorPageBody, type AuthorPage } from '../../core/search/author-queries.ts';
import type { AuthorTotals } from '../../core/search/influencers.ts';
import { SOURCES } from '../../core/sources.ts';
import { groupPageSchema, walkGroups, type AskMoment } from './point-in-time.ts';

/** Is told how many posts of how many have been counted. */
export type ReportPosts = (done: number, total: number) => void;

/** Latest known followers; undefined where no post says it. */
export const FollowersSchema = z
  .object({ moments: z.object({ buckets: z.array(z.object({ followers: z.object({ value: z.int() }) })) }) })
  .transform(({ moments }) => moments.buckets[0]?.followers.value);

const AuthorGroupSchema = z.object({
  key: z.object({ source: z.enum(SOURCES), id: z.string() }),
  doc_count: z.int(),
  engagement: z.object({ value: z.number() }),
  followers: FollowersSchema.optional(),
  topics: z.object({ buckets: z.array(z.object({ doc_count: z.int() })) }).optional(),
});

const PageSchema = groupPageSchema(AuthorGroupSchema).extend({
  hits: z.object({ total: z.object({ value: z.int() }) }),
});

export interface WalkedAuthor extends AuthorTotals {
  /** Posts on each topic that was asked for, and, as the last one, on none. */
  readonly postsByTopic: readonly number[];
}

/** Every author, by source and id; only one page of them is held. */
export async function* walkAuthors(
  ask: AskMoment,
  request: Omit<AuthorPage, 'after'>,
  report: ReportPosts,
): AsyncGenerator<WalkedAuthor> {
  let done = 0;
  for await (const page of walkGroups(ask, (after) => authorPageBody({ ...request, after }), PageSchema)) {
    for (const { key, doc_count, engagement, followers, topics } of page.aggregations?.groups.buckets ?? []) {
      const postsByTopic = topics?.buckets.map((bucket) => bucket.doc_count) ?? [];
      yield { ...key, posts: doc_count, engagement: engagement.value, followers, postsByTopic };
      done += doc_count;
    }
    report(done, page.hits.total.value);
  }
}
