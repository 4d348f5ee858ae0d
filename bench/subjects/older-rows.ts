import type { SocialEvent } from '../../core/social-event.ts';
import { minuteKey, WINDOW_NAMES } from '../../core/windows.ts';
import { ROW_TABLES, SNAPSHOTS, SUMMARIES } from '../../test/faults/deployment.ts';
import { makePost } from '../../test/support/make-event.ts';
import { against, percentile, type Subject } from '../measurement.ts';
import { simulatedApp, totalCalls, type SimulatedApp } from '../simulated-app.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 18, 0, 3);
const MINUTE_MS = 60_000;
const OLD_MINUTES = 2_800;
const NEW_EVENTS = 500;
const FEW = 1_000;
const MANY = 1_000_000;
const RUNS = 9;
const ROWS_PER_MINUTE = 50;

/** Whether what was said long ago costs anything now. */
export const olderRows: Subject = {
  name: 'older-rows',
  about: 'a run of all aggregations beside 1,000 and beside 1,000,000 older live rows, in memory',
  async measure() {
    const few = await runBeside(FEW);
    const many = await runBeside(MANY);
    return [
      ...against({ what: what('calls', FEW), value: few.calls, unit: 'calls' }, [
        { what: what('calls', MANY), value: many.calls, unit: 'calls' },
      ]),
      ...against({ what: what('DynamoDB units', FEW), value: few.units, unit: 'units' }, [
        { what: what('DynamoDB units', MANY), value: many.units, unit: 'units' },
      ]),
    ];
  },
};

function what(unit: string, rows: number): string {
  return `${unit} of a run beside ${rows.toLocaleString('en-US')} older live rows`;
}

/** What a run takes, of several the median. Not its time, which would be that of the simulation. */
interface RunFigures {
  readonly calls: number;
  /** Written and read. */
  readonly units: number;
}

async function runBeside(rows: number): Promise<RunFigures> {
  const simulated = simulatedApp(NOW_MS);
  fillOldMinutes(simulated, rows);
  const runs: RunFigures[] = [];
  for (let run = 0; run < RUNS; run++) {
    await simulated.write(newEvents(run));
    const before = { calls: totalCalls(simulated), units: totalUnits(simulated) };
    for (const name of WINDOW_NAMES) await simulated.aggregate(name);
    runs.push({ calls: totalCalls(simulated) - before.calls, units: totalUnits(simulated) - before.units });
  }
  const median = (figure: keyof RunFigures): number =>
    percentile(
      runs.map((run) => run[figure]),
      0.5,
    );
  return { calls: median('calls'), units: median('units') };
}

function totalUnits({ app }: SimulatedApp): number {
  return [...app.dynamo.units.values()].reduce((sum, { read, write }) => sum + read + write, 0);
}

/** So many live rows over two days, and for each of their minutes a summary, a snapshot and rows of the window. */
function fillOldMinutes({ app }: SimulatedApp, rows: number): void {
  const doc = '{}';
  for (let i = 0; i < rows; i++)
    app.dynamo.put('live_twitter', { key_datetime: `${oldMinute(i)}#0`, event_key: `twitter:${i}#x#0`, doc });
  for (let i = 0; i < Math.min(rows, OLD_MINUTES); i++) {
    const minute = oldMinute(i);
    app.s3.put(SUMMARIES, `summaries/${minute.replace(':', '/')}/twitter.json.gz`, Buffer.from(doc));
    app.dynamo.put(SNAPSHOTS, { window: 'minute', key_datetime: minute, doc });
    for (let rank = 0; rank < ROWS_PER_MINUTE; rank++)
      app.dynamo.put(ROW_TABLES.minute, { key_word: `k${rank}`, key_datetime_category: `${minute}#all`, doc });
  }
}

function oldMinute(i: number): string {
  return minuteKey(NOW_MS - (1 + (i % OLD_MINUTES)) * MINUTE_MS - 3_600_000);
}

/** Five hundred posts of one minute, another one for each run. */
function newEvents(run: number): SocialEvent[] {
  const createdMs = NOW_MS - (2 + run) * MINUTE_MS;
  const times = {
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(createdMs + 10_000).toISOString(),
  };
  return Array.from({ length: NEW_EVENTS }, (_, i) =>
    makePost({ id: `twitter:${run}-${i}`, hashtags: [`k${i % 50}`], ...times }),
  );
}
