import type * as z from 'zod';

import { EnvSchema as FeedEnvSchema } from '../shared/indexing/search-env.ts';

/** The environment of `trim-search`. */
export const EnvSchema = FeedEnvSchema.pick({ SEARCH_ENDPOINT: true, SEARCH_SETTINGS: true });

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
