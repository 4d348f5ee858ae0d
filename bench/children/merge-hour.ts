import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { addSummary, emptyWindow } from '../../core/aggregate.ts';
import { takeSnapshot } from '../../core/snapshot.ts';
import { windowOfKey } from '../../core/windows.ts';
import { decodeSummary } from '../../storage/summary-codec.ts';
import { BENCH_SETTINGS } from '../inputs.ts';
import { peakMb } from '../run-child.ts';

/** Merges the summaries of a folder into an hour as `aggregate-hour` does, and ranks it. */
const [folder = ''] = process.argv.slice(2);
const idleMb = peakMb();
const startedMs = performance.now();
const cells = emptyWindow();
for (const name of await readdir(folder))
  addSummary(cells, decodeSummary(await readFile(join(folder, name)), name).summary);
const mergedMs = performance.now();
const { categories } = takeSnapshot(windowOfKey('hour', '2026-11-20T17:00'), cells, BENCH_SETTINGS);
const ms = performance.now() - startedMs;
const best = categories.get('all');
if (best?.ranking.length === undefined) throw new Error('the hour has no ranking');
console.log(
  JSON.stringify({ ms, rankMs: startedMs + ms - mergedMs, keywords: best.keywords, peakMb: peakMb(), idleMb }),
);
