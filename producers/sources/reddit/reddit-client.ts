/** The listings of posts that Reddit keeps of every subreddit. */
export const POST_LISTINGS = ['new', 'hot', 'rising', 'top', 'controversial'] as const;
export type PostListing = (typeof POST_LISTINGS)[number];

/** Which page of a listing. */
export interface PageRequest {
  /** Read as if they were one, without `r/`; at least one. */
  readonly subreddits: readonly string[];
  /** The `after` of the page before. @default - the first page */
  readonly after?: string | undefined;
  /** At most 100. @default 100 */
  readonly limit?: number;
}

/** A page of a listing, in its order; posts and comments as Reddit sends them: `{kind, data}`. */
export interface Page {
  readonly things: readonly unknown[];
  /** Undefined on the last page. */
  readonly after: string | undefined;
}

/**
 * What is read of Reddit. Every call is one request.
 * All throw TransientError for what passes and SourceError where Reddit does not know the app.
 */
export interface RedditClient {
  /** @throws UnavailableError where a subreddit cannot be read */
  listing(name: PostListing, request: PageRequest): Promise<Page>;
  /** Comments of all posts, newest first. @throws UnavailableError where a subreddit cannot be read */
  comments(request: PageRequest): Promise<Page>;
  /** Posts and comments as they are now; those that Reddit does not know are left out. @param names at most 100 */
  info(names: readonly string[]): Promise<readonly unknown[]>;
}

/** A subreddit that cannot be read: private, banned, or none at all. The message is why, in a word or two. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}
