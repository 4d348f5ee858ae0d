import { LRUCache } from 'lru-cache';

/** A post that was sent. */
interface SentPost {
  readonly createdAt: string;
  readonly authorId: string | undefined;
}

/** Remembers which posts were sent, as far back as it can: deletes and edits of others need not be sent. */
export interface SentPosts {
  /** `createdAt` as the contract writes times. */
  add(id: string, post: SentPost): void;
  /** When a sent post was written; undefined if it is not remembered. */
  createdAt(id: string): string | undefined;
  /** Whether a post may have been sent: it is remembered, or as old as what is not remembered any more. */
  mayHave(id: string, createdAt: string): boolean;
  /** The ids of an author's posts that are remembered; `[]` for none. */
  byAuthor(authorId: string): readonly string[];
}

const CAPACITY = 50_000;

/**
 * An empty memory.
 * @param startedAt when the producer started, as the contract writes times: earlier posts may have been sent by an
 * earlier run
 * @param capacity so many posts are remembered, the ones sent last
 */
export function sentPosts(startedAt: string, capacity: number = CAPACITY): SentPosts {
  let forgottenUpTo = startedAt;
  const idsOfAuthor = new Map<string, Set<string>>();
  const posts = new LRUCache<string, SentPost>({
    max: capacity,
    dispose: ({ createdAt, authorId }, id, reason) => {
      if (reason === 'evict' && createdAt > forgottenUpTo) forgottenUpTo = createdAt;
      if (authorId !== undefined) dropId(idsOfAuthor, authorId, id);
    },
  });
  return {
    add(id, post) {
      posts.set(id, post);
      if (post.authorId === undefined) return;
      const ids = idsOfAuthor.get(post.authorId) ?? new Set();
      idsOfAuthor.set(post.authorId, ids.add(id));
    },
    createdAt: (id) => posts.peek(id)?.createdAt,
    mayHave: (id, createdAt) => createdAt <= forgottenUpTo || posts.has(id),
    byAuthor: (authorId) => [...(idsOfAuthor.get(authorId) ?? [])],
  };
}

function dropId(idsOfAuthor: Map<string, Set<string>>, authorId: string, id: string): void {
  const ids = idsOfAuthor.get(authorId);
  ids?.delete(id);
  if (ids?.size === 0) idsOfAuthor.delete(authorId);
}
