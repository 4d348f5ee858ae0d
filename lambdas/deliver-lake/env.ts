import * as z from 'zod';

import { LakeVariables } from '../shared/lake/lake-variables.ts';

/** The environment of `deliver-lake`; see also `lambdas/shared/batch-failures.ts`. */
export const EnvSchema = LakeVariables.extend({
  /** The bucket that keeps every event. */
  LAKE_BUCKET_NAME: z.string(),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
