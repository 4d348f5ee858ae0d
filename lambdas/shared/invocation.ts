import type { Logger } from '@aws-lambda-powertools/logger';

import { describeError } from './describe-error.ts';

/** An invocation failed; the log says with what. Lambda prints it, and keeps it with the event that led to it. */
export class InvocationFailedError extends Error {
  override readonly name = 'InvocationFailedError';
}

/**
 * A handler whose failures are logged without what they quote. Lambda itself would print the message and the stack.
 * @throws InvocationFailedError for everything that the handler throws
 */
export function logsFailures<A extends readonly unknown[], R>(logger: Logger, handler: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    try {
      return await handler(...args);
    } catch (error) {
      const description = describeError(error);
      logger.error('the invocation failed', { error: { ...description } });
      // Without a cause, which Lambda would print too.
      throw new InvocationFailedError(`it ended with ${description.name}`);
    }
  };
}
