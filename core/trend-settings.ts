import * as z from 'zod';

import { METRICS } from './social-event.ts';
import { SOURCES } from './sources.ts';

/** What a metric can weigh: metrics, and 1 for each event (`mention`). */
export const WEIGHTED = [...METRICS, 'mention'] as const;
export type Weighted = (typeof WEIGHTED)[number];

/** A weight of 1,000: far above any sensible one. */
const MAX_WEIGHT_MILLIONTHS = 1_000_000_000;

const Millionths = z.int().min(-MAX_WEIGHT_MILLIONTHS).max(MAX_WEIGHT_MILLIONTHS);
const WeightsSchema = z.partialRecord(z.enum(WEIGHTED), Millionths);

/**
 * The settings that the trends stage runs with: made from the preset at synth, handed to its functions as one JSON
 * environment variable, and to the commands as a stack output.
 */
export const TrendSettingsSchema = z.strictObject({
  /** Hours after its start during which a minute accepts changes. */
  lateHours: z.int().min(1).max(168),
  /** Over how many partitions of its table a minute of one source is spread. */
  writeShards: z.int().min(1).max(64),
  /** Best keywords that a snapshot keeps of a bounded category. */
  snapshotSize: z.int().min(1).max(100),
  /** Best keywords that a snapshot keeps of an open category. */
  openSnapshotSize: z.int().min(1).max(100),
  /** Number of the largest open categories that a snapshot keeps. */
  openCategories: z.int().min(0).max(100),
  /** Best keywords of a bounded category that get a row of their own. */
  rowsPerCategory: z.int().min(0).max(100),
  /** Keywords that get a row in category `all` whatever their rank. */
  trackedKeywords: z.array(z.string()).max(200),
  weights: z.record(z.enum(SOURCES), WeightsSchema),
});

/** Weights of one source in integer millionths; a metric that is not named weighs nothing. */
export type Weights = z.infer<typeof WeightsSchema>;

export type TrendSettings = z.infer<typeof TrendSettingsSchema>;
