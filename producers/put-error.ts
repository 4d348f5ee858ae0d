import { KinesisServiceException } from '@aws-sdk/client-kinesis';

/** The stream cannot be written to, and no retry will change that. The message says why, in one sentence. */
export class FatalPutError extends Error {
  override readonly name = 'FatalPutError';
}

/** The sink was told to give up what it still held. */
export class AbortedPutError extends Error {
  override readonly name = 'AbortedPutError';
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/**
 * Sorts what PutRecords throws: a fault of the caller that is no throttle (no such stream, no permission, no
 * credentials) is fatal; all else (throttle, service, network) may heal.
 * @returns the fatal error, or undefined for one to try again after
 */
export function fatalPutError(error: unknown, streamName: string): FatalPutError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'CredentialsProviderError')
    return new FatalPutError('There are no AWS credentials: sign in, or set AWS_PROFILE.', { cause: error });
  if (!(error instanceof KinesisServiceException) || error.$fault !== 'client' || THROTTLES.has(error.name))
    return undefined;
  return new FatalPutError(`The stream ${streamName} cannot be written to: ${error.message} (${error.name}).`, {
    cause: error,
  });
}
