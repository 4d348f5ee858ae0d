import { hasCanonicalForm } from '../../core/canonical-json.ts';
import { validateEvent, type ParsedEvent } from '../../core/parse-event.ts';
import type { LakeDocument } from './lake-document.ts';
import { originalsPrefix, originalsPrefixes } from './lake-layout.ts';
import type { LakeObject, LakeStore } from './lake-store.ts';

const HOUR_MS = 3_600_000;
/** An object is named after its first record; the last may have come so much later. Firehose gathers no longer. */
const GATHERED_MS = 900_000;
/** S3 tells times in whole seconds. */
const SECOND_MS = 1_000;

/** When records came to the stream, in epoch milliseconds on whole hours; the second end does not belong to it. */
export interface ArrivalRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The objects that hold the records which came in a time, as they came: those of its hours, and of the hour before
 * those that may reach into it. Their first and last ones hold records of around that time as well.
 * @returns in the order of their keys; those that are there by now
 */
export async function originalsIn(
  lake: Pick<LakeStore, 'list'>,
  { fromMs, toMs }: ArrivalRange,
): Promise<LakeObject[]> {
  const before = await Array.fromAsync(lake.list(originalsPrefix(fromMs - HOUR_MS)));
  const objects = before.filter((object) => reachesPast(object, fromMs));
  for (const prefix of originalsPrefixes(fromMs, toMs))
    for await (const object of lake.list(prefix)) objects.push(object);
  return objects;
}

/** One that does not say when its first record came may hold whatever came before it was stored. */
function reachesPast({ key, storedAtMs }: LakeObject, ms: number): boolean {
  const namedMs = firstArrivalMs(key);
  return namedMs === undefined ? storedAtMs + SECOND_MS > ms : namedMs + GATHERED_MS > ms;
}

/** `<stream>-<version>-2026-11-20-17-38-30-<what makes it unique>` (https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html) */
const NAMED_AT = /-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-[^/]*$/;

/** When the first record of an object came, by its name; undefined if it does not say so. */
export function firstArrivalMs(key: string): number | undefined {
  const [, day, hour, minute, second] = NAMED_AT.exec(key) ?? [];
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
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
