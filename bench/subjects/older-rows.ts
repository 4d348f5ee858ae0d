import type { SocialEvent } from '../../core/social-event.ts';
import { WINDOW_NAMES } from '../../core/windows.ts';
import { makePost } from '../../test/support/make-event.ts';
import { against, percentile, timed, type Subject } from '../measurement.ts';
import { simulatedApp, totalCalls } from '../simulated-app.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 18, 0, 3);
const MINUTE_MS = 60_000;
const OLD_MINUTES = 2_800;
const NEW_EVENTS = 500;
const FEW = 1_000;
const MANY = 1_000_000;
const RUNS = 9;

/** Whether what was said long ago costs anything now. */
export const olderRows: Subject = {
  name: 'older-rows',
  about: 'a run of all aggregations with 1,000 and with 1,000,000 older rows',
  async measure() {
    const few = await runBeside(FEW);
    const many = await runBeside(MANY);
    return [
      ...against({ what: what('calls', FEW), value: few.calls, unit: 'calls' }, [
        { what: what('calls', MANY), value: many.calls, unit: 'calls' },
      ]),
      ...against({ what: what('time', FEW), value: few.ms, unit: 'ms' }, [
        { what: what('time', MANY), value: many.ms, unit: 'ms' },
      ]),
    ];
  },
};

function what(unit: string, rows: number): string {
  return `${unit} of a run beside ${rows.toLocaleString('en-US')} older rows`;
}

async function runBeside(rows: number): Promise<{ calls: number; ms: number }> {
  const simulated = simulatedApp(NOW_MS);
  const doc = '{}';
  for (let i = 0; i < rows; i++) {
    const minute = new Date(NOW_MS - (1 + (i % OLD_MINUTES)) * MINUTE_MS - 3_600_000).toISOString().slice(0, 16);
    simulated.app.dynamo.put('live_twitter', { key_datetime: `${minute}#0`, event_key: `twitter:${i}#x#0`, doc });
  }
  const runs: { calls: number; ms: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    await simulated.write(newEvents(run));
    const before = totalCalls(simulated);
    const { ms } = await timed(async () => {
      for (const name of WINDOW_NAMES) await simulated.aggregate(name);
    });
    runs.push({ calls: totalCalls(simulated) - before, ms });
  }
  const median = (figure: 'calls' | 'ms'): number =>
    percentile(
      runs.map((run) => run[figure]),
      0.5,
    );
  return { calls: median('calls'), ms: median('ms') };
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
