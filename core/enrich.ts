import { extractKeywords, wordsOf } from './keywords.ts';
import type { ExtractPhrases } from './phrases.ts';
import type { ScoreSentiment, Sentiment } from './sentiment.ts';
import type { Post } from './social-event.ts';

/** The functions that read meaning out of a text; a better one is put in their place without other changes. */
export interface Engine {
  readonly extractPhrases: ExtractPhrases;
  readonly scoreSentiment: ScoreSentiment;
}

/** A post, without `raw`, and what the engine found in it; every feed of search and the live tables hold the same. */
export type EnrichedPost = Post & {
  readonly key_words: readonly string[];
  /** Absent where the engine does not know the language. */
  readonly sentiment?: Sentiment;
};

/** Adds keywords and sentiment to a post and leaves `raw` out. */
export function enrichPost(post: Post, engine: Engine): EnrichedPost {
  const { raw: _, ...event } = post;
  const sentiment = engine.scoreSentiment(wordsOf(post), post.lang);
  return {
    ...event,
    key_words: extractKeywords(post, engine.extractPhrases),
    ...(sentiment && { sentiment }),
  };
}
