import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { peakMb } from '../run-child.ts';

/** The least that a merge has to do: reads the summaries of a folder, and keeps none. */
const [folder = ''] = process.argv.slice(2);
const startedMs = performance.now();
for (const name of await readdir(folder)) JSON.parse(gunzipSync(await readFile(join(folder, name))).toString('utf8'));
console.log(JSON.stringify({ ms: performance.now() - startedMs, peakMb: peakMb() }));
