import * as z from 'zod';

import { SOURCES, type Source } from '../core/sources.ts';
import { WEIGHTED, type Weighted, type Weights } from '../core/trend-settings.ts';
import { strictSettings } from './read-settings.ts';

const ALLOWED = 'allowed is a number from -1000 to 1000 with at most six decimals';
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;
const MAX_WEIGHT = 1_000;

/** What a metric weighs, as people write it: `0.3`. */
const WeightSchema = z
  .number(ALLOWED)
  .min(-MAX_WEIGHT, ALLOWED)
  .max(MAX_WEIGHT, ALLOWED)
  .refine((weight) => DECIMAL.test(String(weight)), ALLOWED);

const SourceWeightsSchema = strictSettings(forEach(WEIGHTED, () => WeightSchema.optional()));

/** Weights of the sources that a preset sets; whatever it leaves out keeps the weight of {@link DEFAULT_WEIGHTS}. */
export const WeightsSchema = strictSettings(forEach(SOURCES, () => SourceWeightsSchema.optional()));
type ChosenWeights = z.output<typeof WeightsSchema>;

const MICROBLOG = { replies: 0.2, reposts: 0.5, likes: 0.3, mention: 1 };
const FORUM = { comments: 0.2, score: 0.8, mention: 1 };

/** The score of an event is the sum of weight times metric, plus `mention`; a metric that is not named weighs nothing. */
const DEFAULT_WEIGHTS: Readonly<Record<Source, Readonly<Partial<Record<Weighted, number>>>>> = {
  twitter: MICROBLOG,
  reddit: FORUM,
  meetup: { rsvps: 0.1, mention: 1 },
  bluesky: MICROBLOG,
  hackernews: FORUM,
  mastodon: MICROBLOG,
  wikimedia: { mention: 1 },
};

/** The weights of every source in integer millionths: the defaults with what the preset sets on top. */
export function resolveWeights(chosen: ChosenWeights): Record<Source, Weights> {
  return forEach(SOURCES, (source) => {
    const weights = Object.entries({ ...DEFAULT_WEIGHTS[source], ...chosen[source] });
    return Object.fromEntries(weights.flatMap(([name, weight]) => (weight ? [[name, millionths(weight)]] : [])));
  });
}

/**
 * A decimal as integer millionths, taken from its digits: 0.29 becomes 290000 where 0.29 * 1e6 is 289999.99.
 * @throws RangeError if the number has more than six decimals
 */
export function millionths(decimal: number): number {
  const match = DECIMAL.exec(String(decimal));
  if (match === null) throw new RangeError(`${decimal} has more than six decimals`);
  const [, sign = '', whole = '', fraction = ''] = match;
  return Number(`${sign}${whole}${fraction.padEnd(6, '0')}`);
}

function forEach<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}
