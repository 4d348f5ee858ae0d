/** Why a record is not delivered. */
export interface Failure {
  /** What stands for `!{firehose:error-output-type}`. */
  readonly type: 'processing-failed' | 'metadata-extraction-failed' | 'activePartitionExceeded';
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

/** A record that is not delivered. */
export interface FailedRecord {
  readonly failure: Failure;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
  readonly data: Uint8Array;
}

/**
 * The line that Firehose keeps of a record that is not delivered.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
export function errorDocument({ failure, arrivedAtMs, data }: FailedRecord, nowMs: number, lambdaARN: string): string {
  const document = {
    attemptsMade: failure.attempts,
    arrivalTimestamp: arrivedAtMs,
    errorCode: failure.code,
    errorMessage: failure.message,
    attemptEndingTimestamp: nowMs,
    rawData: Buffer.from(data).toString('base64'),
    lambdaARN,
  };
  return `${JSON.stringify(document)}\n`;
}
