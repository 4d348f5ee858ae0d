import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { addSummary, emptyWindow } from '../../core/aggregate.ts';
import { takeSnapshot } from '../../core/snapshot.ts';
import { minutesOf, windowOfKey, windowsBetween, type WindowName } from '../../core/windows.ts';
import { decodeSummary } from '../../storage/summary-codec.ts';
import { makeSettings } from '../../test/support/make-settings.ts';
import { HOUR } from '../inputs.ts';
import { peakMb } from '../run-child.ts';

/** Merges the summaries of a folder, named by minute, into the hour, or all its 5-minute windows, and ranks each. */
const [folder = '', name = 'hour'] = process.argv.slice(2);
/** As `finish-windows.ts` reads them. */
const MINUTES_AT_ONCE = 5;
const settings = makeSettings();
const { startMs, endMs } = windowOfKey('hour', HOUR);
const files = new Set(await readdir(folder));
const cells = emptyWindow();
const windows = windowsBetween(name as WindowName, startMs, endMs - 1);
let keywords = 0;
let fromMs = startMs;

const startedMs = performance.now();
for (const window of windows) {
  const minutes = minutesOf({ ...window, startMs: fromMs }).filter((minute) => files.has(minute));
  for (let i = 0; i < minutes.length; i += MINUTES_AT_ONCE) await addMinutes(minutes.slice(i, i + MINUTES_AT_ONCE));
  keywords = takeSnapshot(window, cells, settings).categories.get('all')?.keywords ?? 0;
  fromMs = window.endMs;
}
const ms = performance.now() - startedMs;
if (keywords === 0) throw new Error('the hour has no ranking');
console.log(JSON.stringify({ ms, windows: windows.length, keywords, peakMb: peakMb() }));

async function addMinutes(minutes: readonly string[]): Promise<void> {
  const read = await Promise.all(minutes.map((minute) => readFile(join(folder, minute))));
  const decoded = read.map((bytes, i) => decodeSummary(bytes, minutes[i] ?? ''));
  for (const { summary } of decoded) addSummary(cells, summary);
}
