import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import pMap from 'p-map';

import type { RejectionReason } from '../../core/parse-event.ts';
import { epochMs } from '../../core/social-event.ts';
import { acceptsUntilMs, windowAt } from '../../core/windows.ts';
import { RefusedRowError } from '../../storage/errors.ts';
import type { LiveStore } from '../../storage/live-store.ts';
import type { MarkStore } from '../../storage/mark-store.ts';
import { countReasons, type KeepRejected } from '../../storage/rejected-store.ts';
import type { BatchCounts } from '../shared/metrics.ts';
import { readStreamRecord, type StreamRecord } from '../shared/stream-record.ts';
import { prepareRow, type PrepareSettings, type PreparedRow } from './prepare-row.ts';

export interface WriteLiveDeps {
  readonly live: Pick<LiveStore, 'put'>;
  readonly marks: Pick<MarkStore, 'add'>;
  readonly keepRejected: KeepRejected;
  readonly settings: PrepareSettings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly reportBatch: (counts: BatchCounts) => void;
  /** Told of a failure that the batch is retried for. */
  readonly reportFailure: (error: unknown) => void;
}

const CONCURRENCY = 8;

type Rejection = readonly [StreamRecord, RejectionReason, string];

/**
 * Writes a batch of the stream to the live tables: rows first, then the marks of their minutes, and only then is the
 * batch done. A record that holds no event is kept whole and the others go on; a store that does not answer fails the
 * whole batch from its first record on, which is harmless, because writing a row twice changes nothing.
 */
export function writeLive(deps: WriteLiveDeps) {
  return async (event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
    try {
      deps.reportBatch(await writeBatch(deps, event.Records.map(readStreamRecord)));
      return { batchItemFailures: [] };
    } catch (error) {
      deps.reportFailure(error);
      const first = event.Records[0]?.kinesis.sequenceNumber ?? '';
      return { batchItemFailures: [{ itemIdentifier: first }] };
    }
  };
}

async function writeBatch(deps: WriteLiveDeps, records: readonly StreamRecord[]): Promise<BatchCounts> {
  const rejections: Rejection[] = [];
  const rows: PreparedRow[] = [];
  for (const record of records) {
    const prepared = prepareRow(record, deps.settings);
    if (prepared.ok) rows.push(prepared.row);
    else rejections.push([record, prepared.reason, prepared.detail]);
  }
  const inTime = rows.filter((row) => deps.now() < closesAtMs(row, deps.settings.lateHours));
  const refused = await storeRows(deps, inTime);
  await deps.marks.add(inTime.map(({ source, row }) => ({ window: `live#${source}` as const, key: row.key_datetime })));
  const all = [...rejections, ...refused];
  await pMap(all, ([record, reason, detail]) => deps.keepRejected({ ...record, reason, detail }), {
    concurrency: CONCURRENCY,
  });
  return {
    written: inTime.length - refused.length,
    tooLate: rows.length - inTime.length,
    rejected: countReasons(all.map(([, reason]) => ({ reason }))),
  };
}

function closesAtMs({ event }: PreparedRow, lateHours: number): number {
  return acceptsUntilMs(windowAt('minute', epochMs(event.created_at)), lateHours);
}

/** Stores rows together; where one is refused for what it is, each alone, so that the others are stored. */
async function storeRows({ live }: WriteLiveDeps, rows: readonly PreparedRow[]): Promise<Rejection[]> {
  try {
    await live.put(rows);
    return [];
  } catch (error) {
    if (!(error instanceof RefusedRowError)) throw error;
  }
  const refused: Rejection[] = [];
  for (const row of rows) {
    try {
      await live.put([row]);
    } catch (error) {
      if (!(error instanceof RefusedRowError)) throw error;
      refused.push([row.record, 'row_refused', error.message]);
    }
  }
  return refused;
}
