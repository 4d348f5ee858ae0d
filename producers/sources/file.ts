import { validateEvent } from '../../core/parse-event.ts';
import { epochMs } from '../../core/social-event.ts';
import { eventLines, type Line } from '../../storage/event-lines.ts';
import { SourceError } from '../source-error.ts';
import type { Source, SourceItem } from '../source.ts';

const HOUR_MS = 3_600_000;
/** A time further ahead than this is taken for a mistake, not for the newest of a file to be moved. */
const PLAUSIBLY_AHEAD_MS = 366 * 24 * HOUR_MS;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A file of events, one JSON document a line, `.gz` or not; empty lines are passed over. The cursor is the number of
 * the line; reading throws a SourceError where the file breaks off.
 * @param shiftHours added to the times of every event
 */
export function fileSource(path: string, shiftHours: number): Source {
  return async function* read({ resumeAfter = '0' }) {
    let number = 0;
    for await (const line of readLines(path)) {
      number += 1;
      if (number <= Number(resumeAfter) || line?.byteLength === 0) continue;
      yield itemOf(line, number, shiftHours);
    }
  };
}

function itemOf(line: Line, number: number, shiftHours: number): SourceItem {
  const from = { place: `line ${number}`, cursor: String(number) };
  if (line === undefined)
    return { kind: 'rejected', ...from, reason: 'too_long', detail: 'a line takes at most 2 MiB' };
  const { text, ...parsed } = parseLine(line);
  const read = { ...from, ...(text !== undefined && { text }) };
  if (!parsed.ok) return { kind: 'rejected', ...read, reason: parsed.reason };
  return { kind: 'event', ...read, value: shiftTimes(parsed.value, shiftHours) };
}

type ParsedLine = ({ ok: true; value: unknown } | { ok: false; reason: string }) & { text?: string };

function parseLine(line: Uint8Array): ParsedLine {
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    return { ok: false, reason: 'not_utf8' };
  }
  try {
    return { ok: true, value: JSON.parse(text), text };
  } catch {
    return { ok: false, reason: 'not_json', text };
  }
}

async function* readLines(path: string): AsyncGenerator<Line> {
  try {
    yield* eventLines(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceError(`${path} cannot be read to its end: ${reason}.`, { cause: error });
  }
}

/** Moves the times of an event; anything else is left as it is, to be rejected for what it is. */
function shiftTimes(value: unknown, hours: number): unknown {
  const parsed = hours === 0 ? undefined : validateEvent(value, Infinity);
  if (parsed?.ok !== true) return value;
  const { created_at, observed_at, ...rest } = parsed.event;
  return { ...rest, created_at: shift(created_at, hours), observed_at: shift(observed_at, hours) };
}

function shift(time: string, hours: number): string | undefined {
  const date = new Date(epochMs(time) + hours * HOUR_MS);
  // Past the end of the calendar there is no such time, and the event is rejected for that.
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/**
 * By how many whole hours the events of a file have to move so that the newest `created_at` falls in the last hour
 * that has closed; 0 for a file without events. Reads the whole file.
 * @throws SourceError if it cannot be read
 */
export async function hoursToNow(path: string, nowMs: number): Promise<number> {
  let newestMs: number | undefined;
  for await (const line of readLines(path)) {
    const parsed = line === undefined ? undefined : parseLine(line);
    if (parsed?.ok !== true) continue;
    const checked = validateEvent(parsed.value, nowMs + PLAUSIBLY_AHEAD_MS);
    if (checked.ok) newestMs = Math.max(newestMs ?? -Infinity, epochMs(checked.event.created_at));
  }
  if (newestMs === undefined) return 0;
  return Math.floor(nowMs / HOUR_MS) - 1 - Math.floor(newestMs / HOUR_MS);
}
