import { summarizeMinute, type Observation } from '../../core/aggregate.ts';
import { decodeSummary, encodeSummary } from '../../storage/summary-codec.ts';
import { makeSettings } from '../../test/support/make-settings.ts';
import { minuteObservations } from '../inputs.ts';
import { against, percentile, timed, type Measurement, type Subject } from '../measurement.ts';

const EVENTS = 60_000;
const RUNS = 5;
const WEIGHTS = makeSettings().weights.twitter;
const NAME = { source: 'twitter', minute: '2026-11-20T17:38', rejected: 0 } as const;

/** One minute of a thousand events a second. */
export const minute: Subject = {
  name: 'minute',
  about: 'a minute of 60,000 events summed up, written and read',
  async measure() {
    const observations = minuteObservations(EVENTS);
    const summary = summarize(observations);
    const encoded = encodeSummary({ summary, revision: 1, writeShards: 1 });
    const baseline = await median('JSON round trip of 60,000 observations', () =>
      JSON.parse(JSON.stringify(observations)),
    );
    const steps = [
      await median('sum up a minute of 60,000 events', () => summarize(observations)),
      await median('encode and compress its summary', () => encodeSummary({ summary, revision: 1, writeShards: 1 })),
      await median('read its summary', () => decodeSummary(encoded, 'bench')),
    ];
    const json = { what: 'the observations as JSON', value: JSON.stringify(observations).length / 1e6, unit: 'MB' };
    return [
      ...against(baseline, steps),
      ...against(json, [{ what: 'summary of a minute of 60,000 events', value: encoded.byteLength / 1e6, unit: 'MB' }]),
    ];
  },
};

function summarize(observations: readonly Observation[]) {
  return summarizeMinute({ ...NAME, observations }, WEIGHTS);
}

async function median(what: string, work: () => unknown): Promise<Measurement> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push((await timed(work)).ms);
  return { what, value: percentile(times, 0.5), unit: 'ms' };
}
