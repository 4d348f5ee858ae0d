import AfinnSentiment from 'sentiment';

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

/** VADER's normalisation constant and cut (https://github.com/cjhutto/vaderSentiment). */
const ALPHA = 15;
const CUT = 0.05;

const afinn = new AfinnSentiment();

/** AFINN-165 sums, squeezed into -1..1 as VADER does; English and texts of unknown language only. */
export const scoreSentiment: ScoreSentiment = (text, lang) => {
  if (lang !== undefined && !/^en([-_]|$)/i.test(lang)) return undefined;
  const sum = afinn.analyze(text).score;
  const score = Math.round((sum / Math.sqrt(sum * sum + ALPHA)) * 10_000) / 10_000;
  return { score, label: score >= CUT ? 'positive' : score <= -CUT ? 'negative' : 'neutral' };
};
