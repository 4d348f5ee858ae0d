import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { summarizeMinute } from '../../core/aggregate.ts';
import { encodeSummary } from '../../storage/summary-codec.ts';
import { BENCH_SETTINGS, minuteObservations } from '../inputs.ts';
import { against, type Subject } from '../measurement.ts';
import { runChild } from '../run-child.ts';

const MINUTES = 60;
const EVENTS = 60_000;

/** An hour of a thousand events a second: 3.6 million. */
export const hour: Subject = {
  name: 'hour',
  about: 'the ranking of an hour from 60 minutes of 60,000 events: time, bytes, memory',
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'groundswell-bench-'));
    try {
      const bytes = await writeMinutes(folder);
      const read = await runChild('read-hour.ts', [folder]);
      const merge = await runChild('merge-hour.ts', [folder]);
      return [
        ...against({ what: 'read 60 summaries as JSON', value: read['ms'] ?? 0, unit: 'ms' }, [
          { what: 'read, merge and rank them: an hour of 3.6 million events', value: merge['ms'] ?? 0, unit: 'ms' },
        ]),
        { what: 'keywords of that hour', value: merge['keywords'] ?? 0, unit: 'keywords' },
        { what: 'its 60 summaries', value: bytes / 1e6, unit: 'MB' },
        ...against({ what: 'memory of reading them one by one', value: read['peakMb'] ?? 0, unit: 'MB' }, [
          { what: 'memory of merging and ranking them', value: merge['peakMb'] ?? 0, unit: 'MB' },
        ]),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Each minute has keywords of its own beside those that all have. */
async function writeMinutes(folder: string): Promise<number> {
  let bytes = 0;
  for (let i = 0; i < MINUTES; i++) {
    const minute = `2026-11-20T17:${String(i).padStart(2, '0')}`;
    const observations = minuteObservations(EVENTS, i);
    const summary = summarizeMinute(
      { source: 'twitter', minute, rejected: 0, observations },
      BENCH_SETTINGS.weights.twitter,
    );
    const encoded = encodeSummary({ summary, revision: 1, writeShards: 1 });
    await writeFile(join(folder, String(i)), encoded);
    bytes += encoded.byteLength;
  }
  return bytes;
}
