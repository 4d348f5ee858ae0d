import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

import * as z from 'zod';

import type { Source, SourceItem } from '../source.ts';
import { linesOf, type Line } from './lines.ts';

const MAX_LINE_BYTES = 2 * 1024 * 1024;
const HOUR_MS = 3_600_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A file of events, one JSON document a line, `.gz` or not; empty lines are passed over. The cursor is the number of
 * the line.
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
  if (line === undefined) return { ok: false, ...from, reason: 'too_long (a line takes at most 2 MiB)' };
  const parsed = parseLine(line);
  return parsed.ok ? { ok: true, ...from, value: shiftTimes(parsed.value, shiftHours) } : { ...parsed, ...from };
}

function parseLine(line: Uint8Array): { ok: true; value: unknown } | { ok: false; reason: string } {
  let text: string;
  try {
    text = utf8.decode(line);
  } catch {
    return { ok: false, reason: 'not_utf8' };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, reason: 'not_json' };
  }
}

function readLines(path: string): AsyncIterable<Line> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return linesOf(file, MAX_LINE_BYTES);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return linesOf(file.pipe(gunzip), MAX_LINE_BYTES);
}

const TimesSchema = z.looseObject({ created_at: z.iso.datetime(), observed_at: z.iso.datetime() });

function shiftTimes(value: unknown, hours: number): unknown {
  const event = TimesSchema.safeParse(value);
  if (hours === 0 || !event.success) return value;
  const { created_at, observed_at, ...rest } = event.data;
  return { ...rest, created_at: shift(created_at, hours), observed_at: shift(observed_at, hours) };
}

function shift(time: string, hours: number): string {
  return new Date(Date.parse(time) + hours * HOUR_MS).toISOString();
}

/**
 * By how many whole hours the events of a file have to move so that the newest `created_at` falls in the last hour
 * that has closed; 0 for a file without events. Reads the whole file.
 */
export async function hoursToNow(path: string, nowMs: number): Promise<number> {
  let newestMs: number | undefined;
  for await (const line of readLines(path)) {
    const parsed = line === undefined ? undefined : parseLine(line);
    const event = TimesSchema.safeParse(parsed?.ok === true ? parsed.value : undefined);
    if (!event.success) continue;
    newestMs = Math.max(newestMs ?? -Infinity, Date.parse(event.data.created_at));
  }
  if (newestMs === undefined) return 0;
  return Math.floor(nowMs / HOUR_MS) - 1 - Math.floor(newestMs / HOUR_MS);
}
