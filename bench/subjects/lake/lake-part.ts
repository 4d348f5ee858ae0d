import type { Measurement } from '../../measurement.ts';

/** A part of `npm run bench:lake`. */
export interface LakePart {
  /** What it measures, for the person who waits. */
  readonly about: string;
  measure(): Promise<readonly Measurement[]>;
}
