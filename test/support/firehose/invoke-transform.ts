import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';

import type { StoredRecord } from '../aws/kinesis.ts';
import type { Buffered } from './record-buffer.ts';
import type { FailedRecord, Failure } from './error-document.ts';
import { transformationEvent } from './transformation-event.ts';

/** The function that Firehose asks. */
export type Transform = (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult>;

/** A record on its way to a partition. */
export interface Transformed extends Buffered {
  readonly partitionKeys: Readonly<Record<string, string>>;
}

/** What an invocation came to; what was dropped is in neither. */
export interface InvocationOutcome {
  readonly transformed: readonly Transformed[];
  readonly failed: readonly FailedRecord[];
}

/** What Lambda takes and gives at most. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = 6_291_556;

/**
 * Hands a batch to the function, and again where that fails; a batch that is given up fails as a whole.
 * https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 * @param retries after the first attempt
 */
export async function invokeTransform(
  transform: Transform,
  records: readonly StoredRecord[],
  retries: number,
): Promise<InvocationOutcome> {
  const event = transformationEvent(records);
  let failure: Failure | undefined;
  for (let attempt = 1; attempt <= 1 + retries; attempt++) {
    try {
      return outcomeOf(await answerTo(transform, event), { event, records, attempts: attempt });
    } catch (error) {
      const message = error instanceof Error ? error.message : 'no answer';
      failure = { type: 'processing-failed', code: 'Lambda.FunctionError', message, attempts: attempt };
    }
  }
  return { transformed: [], failed: records.map((record) => failedRecord(record, failure as Failure)) };
}

async function answerTo(
  transform: Transform,
  event: FirehoseTransformationEvent,
): Promise<FirehoseTransformationResult['records']> {
  const answer = await transform(event);
  if (Buffer.byteLength(JSON.stringify(answer)) > MAX_PAYLOAD_BYTES)
    throw new RangeError('Response payload size exceeded maximum allowed payload size (6291556 bytes).');
  if (!Array.isArray(answer.records)) throw new TypeError('the answer has no records');
  return answer.records;
}

interface Invocation {
  readonly event: FirehoseTransformationEvent;
  readonly records: readonly StoredRecord[];
  readonly attempts: number;
}

/** Each record by its own answer; one that is not there, or there twice, is a failure of the transformation. */
function outcomeOf(
  answers: FirehoseTransformationResult['records'],
  { event, records, attempts }: Invocation,
): InvocationOutcome {
  const transformed: Transformed[] = [];
  const failed: FailedRecord[] = [];
  const byId = Map.groupBy(answers, ({ recordId }) => recordId);
  for (const [i, record] of records.entries()) {
    const own = byId.get(event.records[i]?.recordId ?? '') ?? [];
    const [answer] = own;
    const code = codeOf(own);
    if (code !== undefined) failed.push(failedRecord(record, { ...PROCESSING_FAILED, code, attempts }));
    else if (answer?.result === 'Ok')
      transformed.push({
        arrivedAtMs: record.arrivedAtMs,
        bytes: Buffer.from(answer.data ?? '', 'base64'),
        partitionKeys: answer.metadata?.partitionKeys ?? {},
      });
  }
  return { transformed, failed };
}

const PROCESSING_FAILED = { type: 'processing-failed', message: 'The record could not be transformed' } as const;

function codeOf(own: FirehoseTransformationResult['records']): string | undefined {
  const [answer] = own;
  if (answer === undefined) return 'Lambda.MissingRecordId';
  if (own.length > 1) return 'Lambda.DuplicatedRecordId';
  if (answer.result === 'ProcessingFailed') return 'Lambda.ProcessingFailedStatus';
  return answer.result === 'Ok' || answer.result === 'Dropped' ? undefined : 'Lambda.WrongStatus';
}

function failedRecord({ arrivedAtMs, data }: StoredRecord, failure: Failure): FailedRecord {
  return { arrivedAtMs, data, failure };
}
