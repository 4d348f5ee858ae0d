import * as z from 'zod';

import { SOURCES } from '../../core/sources.ts';
import { TrendSettingsSchema } from '../../core/trend-settings.ts';
import { jsonSetting } from './json-setting.ts';

/** The environment of `aggregate-minute`, `aggregate-5-minute` and `aggregate-hour`. */
export const EnvSchema = z.object({
  /** JSON: the live table of each source. */
  LIVE_TABLE_NAMES: jsonSetting(z.record(z.enum(SOURCES), z.string())),
  MARK_TABLE_NAME: z.string(),
  SUMMARY_BUCKET_NAME: z.string(),
  SNAPSHOT_TABLE_NAME: z.string(),
  PER_MINUTE_TABLE_NAME: z.string(),
  PER_5_MINUTE_TABLE_NAME: z.string(),
  PER_HOUR_TABLE_NAME: z.string(),
  /** JSON: see TrendSettings. */
  TREND_SETTINGS: jsonSetting(TrendSettingsSchema),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
