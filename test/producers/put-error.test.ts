import { KinesisServiceException } from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';

import { fatalPutError } from '../../producers/put-error.ts';

function serviceError(name: string, $fault: 'client' | 'server', metadata: object = {}): KinesisServiceException {
  return new KinesisServiceException({ name, message: 'no', $fault, $metadata: metadata });
}

function named(name: string): Error {
  return Object.assign(new Error('no'), { name });
}

test.each([
  serviceError('AccessDeniedException', 'client'),
  serviceError('ResourceNotFoundException', 'client'),
  serviceError('ExpiredTokenException', 'client'),
  serviceError('InvalidSignatureException', 'client'),
  named('CredentialsProviderError'),
  named('TokenProviderError'),
])('$name is fatal', (error) => {
  expect(fatalPutError(error, 'events')?.cause).toBe(error);
});

test.each([
  serviceError('ProvisionedThroughputExceededException', 'client'),
  serviceError('ThrottlingException', 'client'),
  serviceError('InternalFailure', 'server'),
  serviceError('InvalidSignatureException', 'client', { clockSkewCorrected: true }),
  named('TimeoutError'),
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
])('$name may heal', (error) => {
  expect(fatalPutError(error, 'events')).toBeUndefined();
});
