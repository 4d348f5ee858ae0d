import AfinnSentiment from 'sentiment';
import { Bench } from 'tinybench';

import { scoreSentiment } from '../../core/afinn.ts';
import { enrich as enrichPost } from '../../core/enrich.ts';
import { parseEvent } from '../../core/parse-event.ts';
import { extractPhrases } from '../../core/phrases.ts';
import { isDelete } from '../../core/social-event.ts';
import { livePostRow } from '../../storage/live-row.ts';
import { BENCH_NOW_MS, eventRecords } from '../inputs.ts';
import { against, type Measurement, type Subject } from '../measurement.ts';

const EVENTS = 1_000;
const ROW_SETTINGS = { writeShards: 1, lateHours: 48, authorSalt: 'bench' };
const engine = { extractPhrases, scoreSentiment };

/** From the bytes of a record to the row of a live table, on one core. */
export const enrich: Subject = {
  name: 'enrich',
  about: 'a record of about 500 bytes parsed, checked, enriched and made a row, on one core',
  async measure() {
    const records = eventRecords(EVENTS);
    const texts = records.map((record) => (JSON.parse(Buffer.from(record).toString('utf8')) as { text: string }).text);
    const afinn = new AfinnSentiment();
    const bench = new Bench({ time: 2_000 })
      .add('JSON.parse alone', () => {
        for (const record of records) JSON.parse(Buffer.from(record).toString('utf8'));
      })
      .add('sentiment alone', () => {
        for (const text of texts) afinn.analyze(text);
      })
      .add('parse and validate', () => {
        for (const record of records) parseEvent(record, BENCH_NOW_MS);
      })
      .add('parse, validate, keywords, sentiment, row', () => writeRows(records));
    await bench.run();
    const [json, sentiment, validate, all] = bench.tasks.map(eventsPerSecond);
    if (json === undefined || sentiment === undefined || validate === undefined || all === undefined) return [];
    return [...against(json, [validate, all]), ...against(sentiment, [all])];
  },
};

/** The whole core, again and again, for a profile. */
export async function enrichForSeconds(seconds: number): Promise<void> {
  const records = eventRecords(EVENTS);
  const endsMs = performance.now() + seconds * 1_000;
  while (performance.now() < endsMs) writeRows(records);
}

function writeRows(records: readonly Uint8Array[]): void {
  for (const record of records) {
    const parsed = parseEvent(record, BENCH_NOW_MS);
    if (!parsed.ok || isDelete(parsed.event)) throw new Error('the bench events are posts');
    livePostRow(parsed.event, enrichPost(parsed.event, engine), ROW_SETTINGS);
  }
}

function eventsPerSecond({ name, result }: Bench['tasks'][number]): Measurement {
  if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
  return { what: name, value: (EVENTS * 1_000) / result.latency.p50, unit: 'events/s' };
}
