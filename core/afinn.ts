import AfinnSentiment from 'sentiment';

import type { ScoreSentiment } from './sentiment.ts';

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
