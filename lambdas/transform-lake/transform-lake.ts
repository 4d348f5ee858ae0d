import type { Context, FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import pMap from 'p-map';

import type { LakeRowSettings } from '../../core/lake-row.ts';
import { lakeRecord, type LakeRecord } from '../../storage/lake/lake-record.ts';
import { countReasons, type KeepRejected, type RejectedRecord } from '../../storage/rejected-store.ts';
import type { TransformCounts } from '../shared/metrics.ts';
import type { StreamRecord } from '../shared/stream-record.ts';
import { fitAnswer, type Outcome } from './answer-size.ts';
import { readFirehoseRecord } from './firehose-record.ts';

export interface TransformLakeDeps {
  readonly settings: LakeRowSettings;
  readonly keepRejected: KeepRejected;
  /** Resolves after so many milliseconds, or when it is told that nobody waits any more. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (counts: TransformCounts) => void;
  /** Told of a record that could not be kept aside. */
  readonly reportFailure: (error: unknown) => void;
}

/** What the time of an invocation is short of, so that its answer still gets out. */
const MARGIN_MS = 5_000;
const CONCURRENCY = 8;

interface Item {
  readonly recordId: string;
  readonly record: StreamRecord;
  readonly made: LakeRecord;
}

/**
 * The handler that Firehose asks for the rows of its records (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html):
 * - `Ok`: the row as a line of JSON, with the UTC day of its event as keys of its partition
 * - `Dropped`: no event; kept whole with the reason, where every consumer of the stream keeps it
 * - `ProcessingFailed`: no event, and it could not be kept just now; or its row has no place in the answer. Firehose
 *   keeps the record as it came.
 * Every record of the request is answered, in its order; none fails another.
 */
export function transformLake(deps: TransformLakeDeps) {
  return async (
    { records }: FirehoseTransformationEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<FirehoseTransformationResult> => {
    const items = records.map((each): Item => {
      const record = readFirehoseRecord(each);
      return { recordId: each.recordId, record, made: lakeRecord(record.data, record.arrivedAtMs, deps.settings) };
    });
    const kept = await keepRejected(deps, items, context.getRemainingTimeInMillis() - MARGIN_MS);
    const { answer, withoutRaw, tooLarge } = fitAnswer(items.map((item) => outcomeOf(item, kept)));
    const rejected = countReasons([...kept.values()]);
    const stored = items.filter(({ made }) => made.ok).length - tooLarge;
    deps.report({ stored, withoutRaw, failed: items.length - stored - kept.size, rejected });
    return answer;
  };
}

/** Keeps the records aside that are no event; those that are kept when the time is over, by their `recordId`. */
async function keepRejected(
  deps: TransformLakeDeps,
  items: readonly Item[],
  timeMs: number,
): Promise<ReadonlyMap<string, RejectedRecord>> {
  const kept = new Map<string, RejectedRecord>();
  const over = new AbortController();
  const keep = async ({ recordId, record, made }: Item): Promise<void> => {
    if (made.ok || over.signal.aborted) return;
    const rejected = { ...record, reason: made.reason, detail: made.detail };
    try {
      await deps.keepRejected(rejected);
      kept.set(recordId, rejected);
    } catch (error) {
      deps.reportFailure(error);
    }
  };
  const bad = items.filter(({ made }) => !made.ok);
  if (bad.length === 0) return kept;
  await Promise.race([pMap(bad, keep, { concurrency: CONCURRENCY }), deps.pause(timeMs, over.signal)]);
  over.abort();
  return kept;
}

function outcomeOf({ recordId, made }: Item, kept: ReadonlyMap<string, unknown>): Outcome {
  if (made.ok) return { recordId, result: made };
  return { recordId, result: kept.has(recordId) ? 'Dropped' : 'ProcessingFailed' };
}
