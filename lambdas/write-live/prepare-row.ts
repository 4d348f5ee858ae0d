import { enrich, type Engine } from '../../core/enrich.ts';
import { parseEvent, type RejectionReason } from '../../core/parse-event.ts';
import { isDelete, type SocialEvent } from '../../core/social-event.ts';
import { sourceOf } from '../../core/sources.ts';
import { RefusedRowError } from '../../storage/errors.ts';
import { liveDeleteRow, livePostRow, type LiveRow, type LiveRowSettings } from '../../storage/live-row.ts';
import type { AddressedRow } from '../../storage/live-store.ts';
import type { StreamRecord } from '../shared/stream-record.ts';

export interface PrepareSettings extends LiveRowSettings {
  readonly engine: Engine;
}

/** A row and what it was made from. */
export interface PreparedRow extends AddressedRow {
  readonly event: SocialEvent;
  readonly record: StreamRecord;
}

/** A row, or the reason why a record gives none. */
export type Preparation =
  | { readonly ok: true; readonly row: PreparedRow }
  | { readonly ok: false; readonly reason: RejectionReason; readonly detail: string };

/** Turns a record of the stream into a live row. */
export function prepareRow(record: StreamRecord, settings: PrepareSettings): Preparation {
  const parsed = parseEvent(record.data, record.arrivedAtMs);
  if (!parsed.ok) return parsed;
  const { event } = parsed;
  try {
    return { ok: true, row: { event, record, source: sourceOf(event.id), row: rowOf(event, settings) } };
  } catch (error) {
    if (error instanceof RefusedRowError) return { ok: false, reason: 'row_too_large', detail: error.message };
    // The same record fails the same way at every attempt: retrying it would only hold up its shard.
    return { ok: false, reason: 'unprocessable', detail: error instanceof Error ? error.name : 'unknown error' };
  }
}

function rowOf(event: SocialEvent, settings: PrepareSettings): LiveRow {
  if (isDelete(event)) return liveDeleteRow(event, settings);
  return livePostRow(event, enrich(event, settings.engine), settings);
}
