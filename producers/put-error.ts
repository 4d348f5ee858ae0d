import { KinesisServiceException } from '@aws-sdk/client-kinesis';

/** The stream cannot be written to, and no retry will change that. The message says why, in one sentence. */
export class FatalPutError extends Error {
  override readonly name = 'FatalPutError';
}

/** The sink was told to give up what it still held. */
export class AbortedPutError extends Error {
  override readonly name = 'AbortedPutError';
}

/** Faults "of the client" that heal: throttles, time-outs, and those of @smithy/service-error-classification. */
const PASSING_ERRORS = new Set([
  'BandwidthLimitExceeded',
  'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
]);

/** Thrown by the SDK's own chain before anything is sent. */
const CREDENTIAL_ERRORS = new Set(['CredentialsProviderError', 'TokenProviderError']);

/**
 * Sorts what the stream's calls throw: a fault of the caller that is no throttle (no such stream, no permission, no
 * credentials) is fatal; all else (throttle, service, network) may heal.
 * @returns the fatal error, or undefined for one to try again after
 */
export function fatalPutError(error: unknown, streamName: string): FatalPutError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (CREDENTIAL_ERRORS.has(error.name))
    return new FatalPutError('There are no AWS credentials: sign in, or set AWS_PROFILE.', { cause: error });
  if (!(error instanceof KinesisServiceException) || error.$fault !== 'client') return undefined;
  // The SDK has set its clock right by the answer: the next request carries the right time.
  if (PASSING_ERRORS.has(error.name) || 'clockSkewCorrected' in error.$metadata) return undefined;
  return new FatalPutError(`The stream ${streamName} cannot be written to: ${error.message} (${error.name}).`, {
    cause: error,
  });
}
