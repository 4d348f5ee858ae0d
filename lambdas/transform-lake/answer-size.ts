import type { FirehoseTransformationResult, FirehoseTransformationResultRecord } from 'aws-lambda';

import type { LakeRow } from '../../core/event-fields.ts';
import type { DayPartition } from '../../storage/lake/lake-layout.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';

/**
 * The most bytes that an answer may have; a greater one fails its whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_ANSWER_BYTES = 6_291_556;

/** What is to be answered of a record: its row, or that it has none. */
export interface Outcome {
  readonly recordId: string;
  readonly result: { readonly row: LakeRow; readonly partition: DayPartition } | 'Dropped' | 'ProcessingFailed';
}

/** An answer that Lambda takes, and what was left out for it. */
export interface FittedAnswer {
  readonly answer: FirehoseTransformationResult;
  /** Rows that are there without `raw`. */
  readonly withoutRaw: number;
  /** Rows that are not there. */
  readonly tooLarge: number;
}

/**
 * The answer to a batch, in its order. One that is too large goes without `raw` where that is needed, from its end;
 * then without the rows that have no place even so, whose records Firehose keeps among the failed ones.
 * @param maxBytes of the whole answer as JSON
 */
export function fitAnswer(outcomes: readonly Outcome[], maxBytes: number = MAX_ANSWER_BYTES): FittedAnswer {
  const whole = outcomes.map((outcome) => recordOf(outcome));
  if (answerBytes(whole) <= maxBytes) return { answer: { records: whole }, withoutRaw: 0, tooLarge: 0 };

  const records = outcomes.map(({ recordId, result }) =>
    recordOf({ recordId, result: typeof result === 'string' ? result : 'ProcessingFailed' }),
  );
  const room = new Room(records, maxBytes - answerBytes(records));
  const rows = outcomes.flatMap(({ result }, i) => (typeof result === 'string' ? [] : [i]));
  const slim = rows.filter((i) => room.take(i, recordOf(outcomes[i] as Outcome, { hasRaw: false })));
  const full = slim.filter((i) => room.take(i, whole[i] as FirehoseTransformationResultRecord));
  return { answer: { records }, withoutRaw: slim.length - full.length, tooLarge: rows.length - slim.length };
}

/** The records of an answer, and the bytes by which they may still grow. */
class Room {
  private readonly records: FirehoseTransformationResultRecord[];
  private bytes: number;

  constructor(records: FirehoseTransformationResultRecord[], bytes: number) {
    this.records = records;
    this.bytes = bytes;
  }

  /** Puts a record in the place of the one that is there, unless it is too large for that. */
  take(i: number, record: FirehoseTransformationResultRecord): boolean {
    const growth = recordBytes(record) - recordBytes(this.records[i] as FirehoseTransformationResultRecord);
    if (growth > this.bytes) return false;
    this.records[i] = record;
    this.bytes -= growth;
    return true;
  }
}

function recordOf({ recordId, result }: Outcome, { hasRaw } = { hasRaw: true }): FirehoseTransformationResultRecord {
  if (typeof result === 'string') return { recordId, result };
  const { row, partition } = result;
  const line = lakeLine(hasRaw ? row : { ...row, raw: undefined });
  return {
    recordId,
    result: 'Ok',
    data: Buffer.from(line).toString('base64'),
    metadata: { partitionKeys: { ...partition } },
  };
}

/** The bytes of `{"records":[…]}`. */
function answerBytes(records: readonly FirehoseTransformationResultRecord[]): number {
  const commas = Math.max(0, records.length - 1);
  return '{"records":[]}'.length + commas + records.reduce((sum, record) => sum + recordBytes(record), 0);
}

/** Base64 takes one byte for each character. */
function recordBytes({ data, ...rest }: FirehoseTransformationResultRecord): number {
  return Buffer.byteLength(JSON.stringify(rest)) + (data === undefined ? 0 : ',"data":""'.length + data.length);
}
