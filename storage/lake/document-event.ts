import { eventOfRow, isLakeRow } from '../../core/lake-row.ts';
import { validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import { placeText, type LakeDocument } from './lake-document.ts';

/**
 * The event of a document: of one as it was sent, or of a row, which knows when its event came.
 * @param storedAtMs when the object came to the lake, in epoch milliseconds; its events came before
 */
export function eventOfDocument(document: LakeDocument, storedAtMs: number): ParsedEvent {
  const parsed = document.ok ? parse(document.value, storedAtMs) : document;
  if (parsed.ok) return parsed;
  return { ok: false, reason: parsed.reason, detail: `${placeText(document.place)}: ${parsed.detail}` };
}

function parse(value: unknown, storedAtMs: number): ParsedEvent {
  return isLakeRow(value) ? eventOfRow(value, arrivedAtMs(value, storedAtMs)) : validateEvent(value, storedAtMs);
}

function arrivedAtMs({ arrived_at }: Readonly<Record<string, unknown>>, storedAtMs: number): number {
  const ms = typeof arrived_at === 'string' ? Date.parse(arrived_at) : Number.NaN;
  return Number.isNaN(ms) ? storedAtMs : ms;
}
