import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { summarizeMinute } from '../../core/aggregate.ts';
import { minutesOf, windowOfKey } from '../../core/windows.ts';
import { encodeSummary } from '../../storage/summary-codec.ts';
import { makeSettings } from '../../test/support/make-settings.ts';
import { HOUR, minuteObservations } from '../inputs.ts';
import { against, type Measurement, type Subject } from '../measurement.ts';
import { runChild, type ChildFigures } from '../run-child.ts';

const EVENTS = 60_000;
/** Of the 2 GB of the function; the rest is what V8 and Node take besides. */
const HEAP_MB = 1_800;
const WEIGHTS = makeSettings().weights.twitter;

/** An hour of a thousand events a second: 3.6 million. */
export const hour: Subject = {
  name: 'hour',
  about: 'the hour, and its twelve 5-minute windows, from 60 minutes of 60,000 events: time, bytes, memory',
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
    try {
      const bytes = await writeMinutes(folder);
      const read = await runChild('read-hour.ts', [folder]);
      const merge = await runChild('merge-windows.ts', [folder, 'hour'], { heapMb: HEAP_MB });
      const fiveMinutes = await runChild('merge-windows.ts', [folder, '5-minute'], { heapMb: HEAP_MB });
      return [
        ...against(time('read 60 summaries as JSON', read), [
          time('read, merge and rank them: an hour of 3.6 million events', merge),
          time('the same for all twelve 5-minute windows of the hour', fiveMinutes),
        ]),
        { what: 'keywords of that hour', value: merge['keywords'] ?? Number.NaN, unit: 'keywords' },
        { what: 'its 60 summaries', value: bytes / 1e6, unit: 'MB' },
        ...against(memory('memory of reading them one by one', read), [
          memory('memory of merging and ranking the hour', merge),
          memory('memory of the twelve 5-minute windows', fiveMinutes),
        ]),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function time(what: string, { ms: value = Number.NaN }: ChildFigures): Measurement {
  return { what, value, unit: 'ms' };
}

function memory(what: string, { peakMb: value = Number.NaN }: ChildFigures): Measurement {
  return { what, value, unit: 'MB' };
}

/** Each minute has keywords of its own beside those that all have. */
async function writeMinutes(folder: string): Promise<number> {
  let bytes = 0;
  for (const [i, minute] of minutesOf(windowOfKey('hour', HOUR)).entries()) {
    const observations = minuteObservations(EVENTS, i);
    const summary = summarizeMinute({ source: 'twitter', minute, rejected: 0, observations }, WEIGHTS);
    const encoded = encodeSummary({ summary, revision: 1, writeShards: 1 });
    await writeFile(join(folder, minute), encoded);
    bytes += encoded.byteLength;
  }
  return bytes;
}
