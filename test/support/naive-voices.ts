import { documentVersion } from '../../core/search/post-document.ts';
import { isDelete, type Post, type SocialEvent } from '../../core/social-event.ts';

/** The latest observation of each post that is not deleted; of two with one version the first. */
export function standingPosts(events: readonly SocialEvent[]): Post[] {
  const latest = new Map<string, SocialEvent>();
  for (const event of events) {
    const known = latest.get(event.id);
    if (known === undefined || documentVersion(event) > documentVersion(known)) latest.set(event.id, event);
  }
  return [...latest.values()].filter((event): event is Post => !isDelete(event));
}

/** By `<source> <author id>`. */
export function postsByAuthor(posts: readonly Post[]): Map<string, Post[]> {
  const authors = new Map<string, Post[]>();
  for (const post of posts) {
    if (post.author === undefined) continue;
    const key = `${post.source} ${post.author.id}`;
    authors.set(key, [...(authors.get(key) ?? []), post]);
  }
  return authors;
}

export function engagementOf(posts: readonly Post[]): number {
  let sum = 0;
  for (const { metrics } of posts) for (const count of Object.values(metrics)) sum += Math.max(0, Number(count));
  return sum;
}

/** The number of the latest observation that says it, of several at once the greatest; undefined if none does. */
export function followersOf(posts: readonly Post[]): number | undefined {
  let latest = { observed_at: '', followers: -1 };
  for (const { observed_at, author } of posts) {
    const followers = author?.followers;
    if (followers === undefined || observed_at < latest.observed_at) continue;
    if (observed_at > latest.observed_at || followers > latest.followers) latest = { observed_at, followers };
  }
  return latest.followers < 0 ? undefined : latest.followers;
}
