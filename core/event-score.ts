import type { Metric } from './social-event.ts';
import type { Weights } from './trend-settings.ts';

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
