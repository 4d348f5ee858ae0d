import * as z from 'zod';

import { EnvSchema as FeedEnvSchema } from '../shared/indexing/search-env.ts';

/** The environment of `index-lake`. */
export const EnvSchema = FeedEnvSchema.extend({
  /** The bucket that keeps every event. */
  LAKE_BUCKET_NAME: z.string(),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
