import * as z from 'zod';

import type { LakeRowSettings } from './lake-row.ts';
import { searchEngine } from './search/search-engine.ts';
import { SearchSettingsSchema } from './search/search-settings.ts';
import { TrendSettingsSchema } from './trend-settings.ts';

/** The settings that rows of the lake are made with, handed to the functions of the stage as one JSON environment variable. */
export const LakeSettingsSchema = z.strictObject({
  /** What posts are searched for. */
  features: SearchSettingsSchema.shape.features,
  weights: TrendSettingsSchema.shape.weights,
});

export type LakeSettings = z.infer<typeof LakeSettingsSchema>;

/** The engine and the weights of the settings. */
export function lakeRowSettings({ features, weights }: LakeSettings): LakeRowSettings {
  return { engine: searchEngine({ features }), weights };
}
