export const SENTIMENT_LABELS = ['positive', 'neutral', 'negative'] as const;

/** How a text sounds: `score` from -1 to 1 with at most four decimals. */
export interface Sentiment {
  readonly score: number;
  readonly label: (typeof SENTIMENT_LABELS)[number];
}

/**
 * Scores a text.
 * @param lang BCP 47 as given by the network; absent = unknown
 * @returns undefined where the engine does not know the language
 */
export type ScoreSentiment = (text: string, lang?: string) => Sentiment | undefined;
