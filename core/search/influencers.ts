import { compareCodePoints } from '../ranking.ts';
import type { AuthorKey } from './author-queries.ts';

export const INFLUENCE_MEASURES = ['posts', 'reach', 'engagement'] as const;

/**
 * What makes an influencer: how much one writes, how many follow one, or what people do with one's posts. `reach` is
 * the number of followers, counted once however many posts there are.
 */
export type InfluenceMeasure = (typeof INFLUENCE_MEASURES)[number];

/** What the posts of an author say of their influence. */
export interface AuthorTotals extends AuthorKey {
  readonly posts: number;
  /** The sum over their posts. */
  readonly engagement: number;
  /** As last seen; absent where no post says it. */
  readonly followers?: number | undefined;
}

/** A total order, the greatest first: by the measure, then posts, then source and id. Unknown followers are last. */
export function byInfluence(measure: InfluenceMeasure): (a: AuthorTotals, b: AuthorTotals) => number {
  return (a, b) =>
    measureOf(b, measure) - measureOf(a, measure) ||
    b.posts - a.posts ||
    compareCodePoints(a.source, b.source) ||
    compareCodePoints(a.id, b.id);
}

function measureOf({ posts, engagement, followers = -1 }: AuthorTotals, measure: InfluenceMeasure): number {
  if (measure === 'posts') return posts;
  return measure === 'reach' ? followers : engagement;
}
