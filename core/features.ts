import type { ScoreSentiment, Sentiment } from './sentiment.ts';
import { topicMatcher } from './topics.ts';

/** A feature of a product that people may talk about. */
export interface FeatureRule {
  readonly name: string;
  /** Words and phrases that stand for it, in any case; never parts of words. */
  readonly keywords: readonly string[];
}

/** A feature that a text mentions. */
export interface FeatureMention {
  readonly name: string;
  /** Of the clauses that mention it; absent where the engine does not know the language. */
  readonly sentiment?: Sentiment | undefined;
}

/**
 * The features that a text mentions, in the order of the rules, each once; `[]` for none.
 * @param lang BCP 47 as given by the network; absent = unknown
 */
export type FindFeatures = (text: string, lang?: string) => FeatureMention[];

/** Where one thing that is said ends and another begins. */
const CLAUSE_END = /[.!?]+(?=\s|$)|[;\n]+|,?(?<!\s)\s(?=but\b|however\b|although\b)/iu;

/** Makes a finder that looks words up, however many keywords there are. */
export function featureFinder(rules: readonly FeatureRule[], scoreSentiment: ScoreSentiment): FindFeatures {
  if (rules.length === 0) return () => [];
  const match = topicMatcher(rules.map((rule) => ({ ...rule, categories: [], media: [] })));
  return (text, lang) => {
    const clauses = clausesByFeature(text, match);
    return rules.flatMap(({ name }) => {
      const said = clauses.get(name);
      if (said === undefined) return [];
      const sentiment = scoreSentiment(said.join('. '), lang);
      return [{ name, ...(sentiment && { sentiment }) }];
    });
  };
}

function clausesByFeature(text: string, match: ReturnType<typeof topicMatcher>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const clause of text.split(CLAUSE_END))
    for (const name of match({ text: clause, hashtags: [], media: [] }))
      found.set(name, [...(found.get(name) ?? []), clause]);
  return found;
}
