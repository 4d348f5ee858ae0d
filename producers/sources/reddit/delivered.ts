import { LRUCache } from 'lru-cache';

import type { Thing } from './thing.ts';

/** Remembers what was delivered, as far back as it can. */
export interface Delivered {
  /**
   * Whether a thing is new, or another than it was when it was delivered; it then counts as delivered.
   * @param counts whether another score or number of comments makes it another
   */
  isNews(thing: Thing, counts: 'with counts' | 'without counts'): boolean;
}

const CAPACITY = 100_000;

/** An empty memory. @param capacity so many things are remembered, the ones that were seen last */
export function delivered(capacity: number = CAPACITY): Delivered {
  const things = new LRUCache<string, { readonly version: string; readonly counts: string }>({ max: capacity });
  return {
    isNews({ name, version, counts }, how) {
      const last = things.get(name);
      const isSame = last?.version === version && (how === 'without counts' || last.counts === counts);
      if (!isSame) things.set(name, { version, counts });
      return !isSame;
    },
  };
}
