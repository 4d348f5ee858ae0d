import * as z from 'zod';

import { SearchSettingsSchema } from '../../core/search/search-settings.ts';
import { jsonSetting } from '../shared/json-setting.ts';

/** The environment of `trim-search`. */
export const EnvSchema = z.object({
  /** The address of the search server. */
  SEARCH_ENDPOINT: z.url(),
  /** JSON: see SearchSettings. */
  SEARCH_SETTINGS: jsonSetting(SearchSettingsSchema),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
