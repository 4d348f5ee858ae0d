import * as z from 'zod';

import { EnvSchema as FeedEnvSchema } from '../shared/indexing/search-env.ts';

/** The environment of `setup-search`. */
export const EnvSchema = FeedEnvSchema.pick({ SEARCH_ENDPOINT: true, SEARCH_SETTINGS: true }).extend({
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
