import type * as z from 'zod';

import { LakeVariables } from '../shared/lake/lake-variables.ts';

/** The environment of `transform-lake`. */
export const EnvSchema = LakeVariables;

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
