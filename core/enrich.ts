import { extractKeywords, wordsOf } from './keywords.ts';
import type { ExtractPhrases } from './phrases.ts';
import type { ScoreSentiment, Sentiment } from './sentiment.ts';
import type { Post } from './social-event.ts';

/** The functions that read meaning out of a text; a better one is put in their place without other changes. */
export interface Engine {
  readonly extractPhrases: ExtractPhrases;
  readonly scoreSentiment: ScoreSentiment;
}

/** What an engine found in a post. */
export interface Enrichment {
  /** Hashtags, then phrases, each once. */
  readonly key_words: readonly string[];
  /** Absent where the engine does not know the language. */
  readonly sentiment?: Sentiment | undefined;
}

/** Reads keywords and sentiment out of a post. */
export function enrich(post: Post, engine: Engine): Enrichment {
  const sentiment = engine.scoreSentiment(wordsOf(post), post.lang);
  return { key_words: extractKeywords(post, engine.extractPhrases), ...(sentiment && { sentiment }) };
}
