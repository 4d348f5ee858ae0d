import { hasCanonicalForm } from '../../core/canonical-json.ts';
import { validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import type { LakeDocument } from './lake-document.ts';
import { dayPrefixes, LAKE_PREFIXES, originalsPrefix } from './lake-layout.ts';
import type { LakeObject, LakeStore } from './lake-store.ts';

/**
 * An object is named after its first record; after an outage, when Firehose works off what the stream still has, the
 * last may have come as much later as the stream remembers (setting `streamRetentionHours`, 24 by default).
 */
const SPAN_MS = 7 * 86_400_000;
/** S3 tells times in whole seconds. */
const SECOND_MS = 1_000;

/** When records came to the stream, in epoch milliseconds on whole hours; the second end does not belong to it. */
export interface ArrivalRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The objects that hold the records which came in a time, as they came: those of its hours, and of the seven days before
 * those that were stored since it began. They hold records of around that time as well. What came in that time and lies
 * in objects of later hours, as after an outage, is not among them.
 * @returns in the order of their keys; those that are there by now
 */
export async function originalsIn(
  lake: Pick<LakeStore, 'list'>,
  { fromMs, toMs }: ArrivalRange,
): Promise<LakeObject[]> {
  const [first, end] = [originalsPrefix(fromMs), originalsPrefix(toMs)];
  const objects: LakeObject[] = [];
  for (const prefix of dayPrefixes(fromMs - SPAN_MS, toMs, LAKE_PREFIXES.originals))
    for await (const object of lake.list(prefix))
      if (object.key < end && (object.key >= first || object.storedAtMs + SECOND_MS > fromMs)) objects.push(object);
  return objects;
}

/**
 * The event of a record as it came. When it came is not kept; it was before its object was stored, so that what lay too
 * far ahead even then is refused as it was at first.
 */
export function originalEvent(document: LakeDocument, storedAtMs: number): ParsedEvent {
  if (!document.ok) return { ok: false, reason: document.reason, detail: document.detail };
  const parsed = validateEvent(document.value, storedAtMs + SECOND_MS);
  if (!parsed.ok || hasCanonicalForm(parsed.event)) return parsed;
  return { ok: false, reason: 'unprocessable', detail: 'it has no canonical form' };
}
