import { hasCanonicalForm } from '../core/canonical-json.ts';
import { validateEvent } from '../core/parse-event.ts';
import type { SocialEvent } from '../core/social-event.ts';
import { MAX_RECORD_BYTES, recordBytes } from './batch.ts';
import type { OfferedItem, Rejection } from './source.ts';

/** An event and its bytes for the stream, or why there are none. */
export type EncodedEvent =
  | { readonly ok: true; readonly event: SocialEvent; readonly data: Uint8Array }
  | (Rejection & { readonly ok: false });

/**
 * Checks an event as every consumer will, and writes it as one record. `raw` is left out where the record would pass
 * 1 MiB with it.
 * @param nowMs epoch milliseconds
 */
export function encodeEvent(value: unknown, nowMs: number): EncodedEvent {
  const parsed = validateEvent(value, nowMs);
  if (!parsed.ok) return parsed;
  const json = JSON.stringify(parsed.event);
  if (mayLackCanonicalForm(json) && !hasCanonicalForm(parsed.event))
    return { ok: false, reason: 'unprocessable', detail: 'half a character, or a number beyond all bounds' };
  const whole = Buffer.from(json);
  if (recordBytes(whole) <= MAX_RECORD_BYTES) return { ok: true, event: parsed.event, data: whole };
  const { raw: _, ...event } = parsed.event;
  const data = Buffer.from(JSON.stringify(event));
  if (recordBytes(data) > MAX_RECORD_BYTES)
    return { ok: false, reason: 'too_large', detail: 'a record takes at most 1 MiB' };
  return { ok: true, event, data };
}

/** Encodes what a source has delivered; a rejected item keeps its reason. */
export function encodeItem(item: OfferedItem, nowMs: number): EncodedEvent {
  return item.kind === 'event' ? encodeEvent(item.value, nowMs) : { ...item, ok: false };
}

/** A rejection as a person is told of it: `not_json`, `invalid_event (id: is missing)`. */
export function rejectionText({ reason, detail }: Rejection): string {
  return detail === undefined ? reason : `${reason} (${detail})`;
}

/** `JSON.stringify` escapes half a surrogate pair and makes `null` of an infinite number: all other texts need no look. */
function mayLackCanonicalForm(json: string): boolean {
  return /\\ud|null/.test(json);
}
