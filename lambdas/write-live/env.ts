import * as z from 'zod';

import { SOURCES } from '../../core/sources.ts';
import { TrendSettingsSchema } from '../../core/trend-settings.ts';
import { jsonSetting } from '../shared/json-setting.ts';

/** The environment of `write-live`. */
export const EnvSchema = z.object({
  /** JSON: the live table of each source. */
  LIVE_TABLE_NAMES: jsonSetting(z.record(z.enum(SOURCES), z.string())),
  MARK_TABLE_NAME: z.string(),
  /** The bucket that keeps rejected records whole. */
  REJECTED_BUCKET_NAME: z.string(),
  /** The secret that author ids are hashed with. */
  AUTHOR_SALT_SECRET_ARN: z.string(),
  /** JSON: see TrendSettings. */
  TREND_SETTINGS: jsonSetting(TrendSettingsSchema),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
