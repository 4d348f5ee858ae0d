import * as z from 'zod';

/** The environment of `watch-rejected`. */
export const EnvSchema = z.object({
  /** The bucket that keeps rejected records whole. */
  REJECTED_BUCKET_NAME: z.string(),
  /** Hours after its start during which a window accepts changes. */
  LATE_HOURS: z.coerce.number().int().positive(),
});

export type Env = z.infer<typeof EnvSchema>;

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readEnv(): Env {
  return EnvSchema.parse(process.env);
}
