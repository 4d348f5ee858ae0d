import type { Source } from './sources.ts';

const MAX_CATEGORY_BYTES = 256;

/** The category that every event belongs to. */
export const ALL = 'all';

/** The category of one network. */
export function sourceCategory(source: Source): string {
  return `source:${source}`;
}

/** What decides the categories of an event, besides its source. */
export interface Categorised {
  readonly tags: readonly string[];
  /** Subreddit or Meetup category. */
  readonly category?: string | undefined;
}

/**
 * The categories of an event within its network: its tags and its own category, lower-cased, each once. One of more
 * than 256 bytes is left out. `all` and `source:<source>` hold every event of the network and are not listed.
 */
export function categoriesOf(event: Categorised, source: Source): string[] {
  const names = event.tags.map((tag) => `tag:${tag}`);
  if (event.category !== undefined) names.push(`category:${source}/${event.category}`);
  const lowerCased = names.map((name) => name.toWellFormed().toLowerCase());
  return [...new Set(lowerCased)].filter((name) => Buffer.byteLength(name) <= MAX_CATEGORY_BYTES);
}

/** Whether the number of such categories is bounded by the preset; the others are as many as people invent. */
export function isBounded(category: string): boolean {
  return !category.startsWith('category:');
}

/** Whether events of a network can belong to a category: `source:` and `category:` ones are of one network only. */
export function canHold(category: string, source: Source): boolean {
  if (category.startsWith('source:')) return category === sourceCategory(source);
  return !category.startsWith('category:') || category.startsWith(`category:${source}/`);
}
