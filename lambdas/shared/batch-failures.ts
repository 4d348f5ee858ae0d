import * as z from 'zod';

/**
 * How Lambda is told of records that are to be tried again: `report`: by the first of them; `throw`: by failing the
 * whole batch, where reports are not heeded and the records would be skipped. Trying one again that is done is harmless.
 */
export const EnvSchema = z.object({ BATCH_FAILURES: z.enum(['report', 'throw']) });

export type Env = z.infer<typeof EnvSchema>;

/** Some records are to be tried again. */
export class UnfinishedBatchError extends Error {
  override readonly name = 'UnfinishedBatchError';
}

interface BatchAnswer {
  readonly batchItemFailures: readonly unknown[];
}

/**
 * A handler whose failures Lambda heeds, as the environment says how.
 * @throws UnfinishedBatchError for an answer with failures where these would not be heeded
 */
export function heedsFailures<A extends readonly unknown[], R extends BatchAnswer>(
  { BATCH_FAILURES }: Env,
  handler: (...args: A) => Promise<R>,
) {
  return async (...args: A): Promise<R> => {
    const answer = await handler(...args);
    if (BATCH_FAILURES === 'throw' && answer.batchItemFailures.length > 0)
      throw new UnfinishedBatchError('some records are to be tried again');
    return answer;
  };
}

/** Reads the environment. @throws ZodError naming what is missing or wrong */
export function readBatchEnv(): Env {
  return EnvSchema.parse(process.env);
}
