import { Bench } from 'tinybench';

import { addSummary, emptyWindow, summarizeMinute } from '../core/aggregate.ts';
import { enrich } from '../core/enrich.ts';
import { parseEvent } from '../core/parse-event.ts';
import { extractPhrases } from '../core/phrases.ts';
import { scoreSentiment } from '../core/afinn.ts';
import { isDelete } from '../core/social-event.ts';
import { takeSnapshot } from '../core/snapshot.ts';
import { windowAt } from '../core/windows.ts';
import { livePostRow } from '../storage/live-row.ts';
import { decodeSummary, encodeSummary } from '../storage/summary-codec.ts';
import { BENCH_NOW_MS, BENCH_SETTINGS, eventRecords, minuteObservations } from './inputs.ts';

const ROW_SETTINGS = { writeShards: 1, lateHours: 48, authorSalt: 'bench' };
const EVENTS = 1_000;
const OBSERVATIONS = 6_000;

const engine = { extractPhrases, scoreSentiment };
const records = eventRecords(EVENTS);
const observations = minuteObservations(OBSERVATIONS);
const weights = BENCH_SETTINGS.weights.twitter;
const minute = { source: 'twitter', minute: '2026-11-20T17:38', rejected: 0 } as const;
const summary = summarizeMinute({ ...minute, observations }, weights);
const encoded = encodeSummary({ summary, revision: 1, writeShards: 1 });
const window = windowAt('minute', BENCH_NOW_MS);

/** Each subject beside what is to be measured against it, in the same run. */
const events = new Bench({ name: `${EVENTS} events of about 500 bytes, one core`, time: 1_000 })
  .add('JSON.parse alone (baseline)', () => {
    for (const record of records) JSON.parse(Buffer.from(record).toString('utf8'));
  })
  .add('parse and validate', () => {
    for (const record of records) parseEvent(record, BENCH_NOW_MS);
  })
  .add('parse, keywords, sentiment, row', () => {
    for (const record of records) writeRow(record);
  });

const aggregation = new Bench({ name: `a minute of ${OBSERVATIONS} observations`, time: 1_000 })
  .add('JSON round trip of the observations (baseline)', () => JSON.parse(JSON.stringify(observations)))
  .add('sum up the minute', () => summarizeMinute({ ...minute, observations }, weights))
  .add('encode and compress the summary', () => encodeSummary({ summary, revision: 1, writeShards: 1 }))
  .add('read the summary', () => decodeSummary(encoded, 'bench'))
  .add('merge and rank', () => {
    const cells = emptyWindow();
    addSummary(cells, summary);
    takeSnapshot(window, cells, BENCH_SETTINGS);
  });

for (const bench of [events, aggregation]) {
  console.error(`Measuring ${bench.name} …`);
  await bench.run();
  console.log(`\n${bench.name}`);
  console.table(rowsOf(bench));
}
console.log(`A summary of that minute takes ${encoded.byteLength} bytes.`);

function writeRow(record: Uint8Array): void {
  const parsed = parseEvent(record, BENCH_NOW_MS);
  if (!parsed.ok || isDelete(parsed.event)) throw new Error('the bench events are posts');
  livePostRow(parsed.event, enrich(parsed.event, engine), ROW_SETTINGS);
}

function rowsOf(bench: Bench) {
  const means = bench.tasks.map((task) => ({ name: task.name, ms: meanMs(task) }));
  const baseline = means[0]?.ms ?? Number.NaN;
  return means.map(({ name, ms }) => ({
    subject: name,
    'ms per run': Number(ms.toFixed(2)),
    'times the baseline': Number((ms / baseline).toFixed(1)),
  }));
}

function meanMs({ name, result }: Bench['tasks'][number]): number {
  if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
  return result.latency.mean;
}
