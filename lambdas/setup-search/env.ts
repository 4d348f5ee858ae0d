import * as z from 'zod';

import { SearchSettingsSchema } from '../../core/search/search-settings.ts';
import { jsonSetting } from '../shared/json-setting.ts';

/** The environment of `setup-search`. */
export const EnvSchema = z.object({
  /** The address of the search server. */
  SEARCH_ENDPOINT: z.url(),
  /** JSON: see SearchSettings. */
  SEARCH_SETTINGS: jsonSetting(SearchSettingsSchema),
  /** The address of OpenSearch Dashboards; '' where there is none. */
  DASHBOARDS_URL: z.union([z.url(), z.literal('')]),
  /** The saved objects, in the folder of the function. */
  DASHBOARDS_FILE: z.string(),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
