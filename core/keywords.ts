import { normaliseHashtag } from './hashtags.ts';
import type { ExtractPhrases } from './phrases.ts';

/** What keywords are taken from. */
export interface KeywordText {
  readonly hashtags: readonly string[];
  readonly title?: string | undefined;
  readonly text: string;
  readonly lang?: string | undefined;
}

/**
 * The keywords of a post: every hashtag that is one, in order, then the phrases of its title and text; each once.
 * `[]` for a post without any.
 */
export function extractKeywords(post: KeywordText, extractPhrases: ExtractPhrases): string[] {
  const keywords = new Set<string>();
  for (const hashtag of post.hashtags) {
    const keyword = normaliseHashtag(hashtag);
    if (keyword !== undefined) keywords.add(keyword);
  }
  for (const phrase of extractPhrases(wordsOf(post), post.lang)) keywords.add(phrase);
  return [...keywords];
}

/** What a post says: its title, unless the text repeats it, and its text. */
export function wordsOf({ title, text }: Pick<KeywordText, 'title' | 'text'>): string {
  return title === undefined || text.startsWith(title) ? text : `${title}\n${text}`;
}
