import type { Metric } from './social-event.ts';
import type { Weighted, Weights } from './trend-settings.ts';

/** Metrics as observed; one that is missing is unknown and adds nothing. */
export type Metrics = Readonly<Partial<Record<Metric, number | undefined>>>;

/**
 * The score of one event in millionths: the sum of weight x metric, and `mention` once. Exact: neither products nor
 * sums are rounded, so no order of addition changes a digit.
 */
export function scoreEvent(metrics: Metrics, weights: Weights): bigint {
  let score = 0n;
  for (const [name, weight] of Object.entries(weights)) {
    const count = name === 'mention' ? 1 : metrics[name as Metric];
    if (count !== undefined) score += product(weight, count);
  }
  return score;
}

/** What one metric adds to the score of an event: weight x count. */
export interface ScoreTerm {
  readonly metric: Weighted;
  /** In millionths. */
  readonly weight: number;
  readonly count: number;
  /** In millionths. */
  readonly score: bigint;
}

/** The terms whose sum is {@link scoreEvent}, in the order of the weights; a metric that is unknown has none. */
export function scoreTerms(metrics: Metrics, weights: Weights): ScoreTerm[] {
  return Object.entries(weights).flatMap(([name, weight]) => {
    const metric = name as Weighted;
    const count = metric === 'mention' ? 1 : metrics[metric];
    return count === undefined ? [] : [{ metric, weight, count, score: BigInt(weight) * BigInt(count) }];
  });
}

function product(weight: number, count: number): bigint {
  const result = weight * count;
  return Number.isSafeInteger(result) ? BigInt(result) : BigInt(weight) * BigInt(count);
}

/** A number of millionths as people write it: `1.7`, `-0.000001`, `12`; no rounding, no trailing zeros. */
export function formatMillionths(millionths: bigint): string {
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${millionths < 0n ? '-' : ''}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * The millionths in a number as {@link formatMillionths} writes it.
 * @throws RangeError if it is no decimal of at most six digits behind the point
 */
export function parseMillionths(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(decimal);
  if (match === null) throw new RangeError(`${decimal} is no number of millionths`);
  const [, sign = '', whole = '', fraction = ''] = match;
  return BigInt(`${sign}${whole}${fraction.padEnd(6, '0')}`);
}
