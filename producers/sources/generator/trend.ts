import type { Preset } from '../../../presets/preset-schema.ts';
import type { Random } from './random.ts';

/** A keyword of a topic, and how its share of the talk rises and falls. */
export interface Trend {
  readonly topic: Preset['topics'][number];
  readonly keyword: string;
  /** What of it people speak of: a word for each feature that the preset looks for. */
  readonly features: readonly string[];
  /** Share while nothing happens. */
  readonly base: number;
  /** Milliseconds from one burst to the next. */
  readonly periodMs: number;
  /** Place in the period at time 0, in [0, 1). */
  readonly phase: number;
  /** How people speak of it: shares of good and bad posts. */
  readonly good: number;
  readonly bad: number;
}

const MINUTE_MS = 60_000;
const BURST_HEIGHT = 12;
/** The higher, the shorter a burst beside its period. */
const BURST_SHARPNESS = 8;

/** A trend for every keyword of the preset. */
export function makeTrends({ topics, features }: Pick<Preset, 'topics' | 'features'>, random: Random): Trend[] {
  const words = features.flatMap(({ keywords }) => keywords.slice(0, 1));
  return topics.flatMap((topic) => {
    const [good, bad] = [0.2 + 0.5 * random.next(), 0.1 + 0.3 * random.next()];
    return topic.keywords.map((keyword) => ({
      topic,
      keyword,
      features: words,
      base: 0.3 + random.next() ** 3 * 3,
      periodMs: (4 + 10 * random.next()) * MINUTE_MS,
      phase: random.next(),
      good,
      bad: Math.min(bad, 1 - good),
    }));
  });
}

/** How much a keyword is talked about at a moment, beside the others: smooth, with bursts of one to three minutes. */
export function popularity({ base, periodMs, phase }: Trend, atMs: number): number {
  const wave = (1 + Math.sin(2 * Math.PI * (atMs / periodMs + phase))) / 2;
  return base * (1 + BURST_HEIGHT * wave ** BURST_SHARPNESS);
}
