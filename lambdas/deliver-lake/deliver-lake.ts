import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import pMap from 'p-map';

import type { LakeRowSettings } from '../../core/lake-row.ts';
import type { GrowObject } from '../../storage/lake/growing-object.ts';
import { lakeLine, lakeRecord } from '../../storage/lake/lake-record.ts';
import { countReasons, type KeepRejected, type RejectedRecord } from '../../storage/rejected-store.ts';
import type { StoredCounts } from '../shared/metrics.ts';
import { readStreamRecord, type StreamRecord } from '../shared/stream-record.ts';
import { planOriginals, planRows, type LineOfRecord, type Plan } from './plan-objects.ts';

export interface DeliverLakeDeps {
  readonly settings: LakeRowSettings;
  readonly grow: GrowObject;
  readonly keepRejected: KeepRejected;
  readonly report: (counts: StoredCounts) => void;
  /** Told of a failure that the batch is retried for. */
  readonly reportFailure: (error: unknown) => void;
}

const CONCURRENCY = 8;

/**
 * Writes a batch of the stream to the lake, where no Firehose does: the records as they came, the rows of those that are
 * events, and those that are none aside, as `transform-lake` does. A store that does not answer fails the whole batch;
 * what comes again changes nothing. An object takes what comes in half a minute, because the emulator gathers nothing:
 * it hands records over as they come, whatever the window of the mapping.
 */
export function deliverLake(deps: DeliverLakeDeps) {
  return async ({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
    try {
      deps.report(await deliver(deps, Records.map(readStreamRecord)));
      return { batchItemFailures: [] };
    } catch (error) {
      deps.reportFailure(error);
      return { batchItemFailures: [{ itemIdentifier: Records[0]?.kinesis.sequenceNumber ?? '' }] };
    }
  };
}

async function deliver(deps: DeliverLakeDeps, records: readonly StreamRecord[]): Promise<StoredCounts> {
  const lines: LineOfRecord[] = [];
  const rejections: RejectedRecord[] = [];
  for (const record of records) {
    const made = lakeRecord(record.data, record.arrivedAtMs, deps.settings);
    if (made.ok) lines.push({ record, partition: made.partition, line: lakeLine(made.row) });
    else rejections.push({ ...record, reason: made.reason, detail: made.detail });
  }
  await growAll(deps, planOriginals(records));
  await growAll(deps, planRows(lines));
  await pMap(rejections, deps.keepRejected, { concurrency: CONCURRENCY });
  return { stored: lines.length, rejected: countReasons(rejections) };
}

async function growAll({ grow }: DeliverLakeDeps, plan: Plan): Promise<void> {
  await pMap(plan, ([key, additions]) => grow(key, additions), { concurrency: CONCURRENCY });
}
