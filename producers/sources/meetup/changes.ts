import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';
import * as z from 'zod';

const REMEMBERED = 100_000;

/** What makes an event another one than it was: all of it that goes into ours and changes. */
const WatchedSchema = z.object({
  id: z.unknown().optional(),
  token: z.unknown().optional(),
  status: z.unknown().optional(),
  dateTime: z.unknown().optional(),
  title: z.unknown().optional(),
  description: z.unknown().optional(),
  venues: z.unknown().optional(),
  rsvps: z.object({ yesCount: z.unknown().optional() }).optional().catch(undefined),
});

/** Tells the events that are new or have changed from those that were seen before. */
export interface ChangeMemory {
  /** The name of an event, by which it is remembered. */
  keyOf(node: unknown): string;
  /** Whether it was not seen before as it is; from now on it was. */
  isNews(node: unknown): boolean;
}

/** An empty memory. @param capacity so many events are remembered, the ones seen last */
export function changeMemory(capacity: number = REMEMBERED): ChangeMemory {
  const hashes = new LRUCache<string, string>({ max: capacity });
  return {
    keyOf,
    isNews(node) {
      const [key, hash] = [keyOf(node), hashOf(node)];
      const isNews = hashes.get(key) !== hash;
      if (isNews) hashes.set(key, hash);
      return isNews;
    },
  };
}

/** What has no name is its own. */
function keyOf(node: unknown): string {
  const { data } = WatchedSchema.safeParse(node);
  const name = [data?.token, data?.id].find((each) => typeof each === 'string' && each !== '');
  return typeof name === 'string' ? `id ${name}` : `hash ${hashOf(node)}`;
}

function hashOf(node: unknown): string {
  const { data = node } = WatchedSchema.safeParse(node);
  return createHash('sha256')
    .update(JSON.stringify(data) ?? '')
    .digest('base64');
}
