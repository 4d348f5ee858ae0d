/** One row of the table of figures. */
export interface Measurement {
  /** What was measured. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it is measured against, in the same run and unit. @default - it is a baseline, or has none */
  readonly baseline?: { readonly what: string; readonly value: number } | undefined;
  /** Below which the bench fails. @default - any ratio will do */
  readonly leastRatio?: number | undefined;
}

/** A part of `npm run bench` that can be run by itself. */
export interface Subject {
  readonly name: string;
  /** What it measures, for the help text. */
  readonly about: string;
  measure(): Promise<readonly Measurement[]>;
}

/** A measurement with others of the same unit that are measured against it. */
export function against(baseline: Measurement, others: readonly Measurement[]): Measurement[] {
  const { what, value } = baseline;
  return [baseline, ...others.map((other) => ({ ...other, baseline: { what, value } }))];
}

/** How often the value has the baseline in it; undefined without one. */
export function ratioOf({ value, baseline }: Measurement): number | undefined {
  return baseline === undefined ? undefined : value / baseline.value;
}

/** Those whose ratio is not what it must be. */
export function missesOf(measurements: readonly Measurement[]): Measurement[] {
  // A ratio that is no number is a miss as well.
  return measurements.filter(
    (measurement) => measurement.leastRatio !== undefined && !((ratioOf(measurement) ?? 0) >= measurement.leastRatio),
  );
}

/** How long some work takes, in milliseconds, and what it gives. */
export async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; result: T }> {
  const startedMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startedMs, result };
}

/** The value below which `share` of the values lie; the nearest there is. @throws RangeError if there is none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError('of no values there is no percentile');
  return value;
}
