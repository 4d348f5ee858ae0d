import type { LakeRow } from '../../core/event-fields.ts';
import { lakeRow, type LakeRowSettings } from '../../core/lake-row.ts';
import { parseEvent, type RejectionReason } from '../../core/parse-event.ts';
import { eventKey } from '../event-key.ts';
import { dayOf, type DayPartition } from './lake-layout.ts';

/** What becomes of a record of the stream in the lake. */
export type LakeRecord =
  | { readonly ok: true; readonly row: LakeRow; readonly partition: DayPartition }
  | { readonly ok: false; readonly reason: RejectionReason; readonly detail: string };

/**
 * Makes the row of a record. Never throws: what the engine fails on is rejected like what is no event.
 * @param data one event as JSON, UTF-8
 * @param arrivedAtMs when it came to the stream, in epoch milliseconds
 */
export function lakeRecord(data: Uint8Array, arrivedAtMs: number, settings: LakeRowSettings): LakeRecord {
  const parsed = parseEvent(data, arrivedAtMs);
  if (!parsed.ok) return parsed;
  try {
    const row = lakeRow(parsed.event, { eventKey: eventKey(parsed.event), arrivedAtMs }, settings);
    return { ok: true, row, partition: dayOf(row.created_at) };
  } catch (error) {
    return { ok: false, reason: 'unprocessable', detail: error instanceof Error ? error.name : 'unknown error' };
  }
}

/** A row as a line of JSON, with its line end. */
export function lakeLine(row: LakeRow): string {
  return `${JSON.stringify(row)}\n`;
}
