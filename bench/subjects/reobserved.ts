import type { SocialEvent } from '../../core/social-event.ts';
import { seededRandom, type Random } from '../../producers/sources/generator/random.ts';
import { makePost } from '../../test/support/make-event.ts';
import { TIMEOUT_MS } from '../as-deployed.ts';
import { against, timed, type Subject } from '../measurement.ts';
import { simulatedApp, totalCalls, type SimulatedApp } from '../simulated-app.ts';

const START_MS = Date.UTC(2026, 10, 20, 18, 0, 3);
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const POSTS_PER_MINUTE = 500;
const MINUTES = 30;
const LONGER = ['5-minute', 'hour'] as const;
const EVERY_MINUTES = { '5-minute': 5, hour: 10 } as const;

/** What polling a forum does: old posts whose scores have changed. */
export const reobserved: Subject = {
  name: 'reobserved',
  about: '500 posts of the last day a minute that are seen again with another score',
  async measure() {
    const simulated = simulatedApp(START_MS);
    const random = seededRandom(2);
    // The first ten minutes fill the tables; what is measured is what comes then.
    for (let n = 0; n < 10; n++) await oneMinute(simulated, random, n);
    const before = {
      calls: totalCalls(simulated),
      summaries: summariesWritten(simulated),
      windows: windowsWritten(simulated),
    };
    let longestMs = 0;
    const { ms } = await timed(async () => {
      for (let n = 10; n < 10 + MINUTES; n++) longestMs = Math.max(longestMs, await oneMinute(simulated, random, n));
    });
    const seen = {
      what: 'posts seen again, each of which changes a minute',
      value: POSTS_PER_MINUTE,
      unit: 'a minute',
    };
    const summaries = perMinute(summariesWritten(simulated) - before.summaries);
    const windows = perMinute(windowsWritten(simulated) - before.windows);
    return [
      ...against(seen, [
        { what: 'summaries written again', value: summaries, unit: 'a minute' },
        { what: 'windows written again (minute, 5-minute, hour)', value: windows, unit: 'a minute' },
        {
          what: 'calls of DynamoDB and S3 by all functions',
          value: perMinute(totalCalls(simulated) - before.calls),
          unit: 'a minute',
        },
      ]),
      {
        what: 'longest run of aggregate-minute, at up to 40 ms a call',
        value: longestMs / 1_000,
        unit: 's',
        baseline: { what: 'when it is ended', value: TIMEOUT_MS / 1_000 },
      },
      { what: 'time of all functions, simulation included', value: perMinute(ms), unit: 'ms a minute' },
    ];
  },
};

function perMinute(count: number): number {
  return count / MINUTES;
}

function summariesWritten({ calls }: SimulatedApp): number {
  return calls.get('PutObjectCommand') ?? 0;
}

function windowsWritten({ app }: SimulatedApp): number {
  const snapshots = app.dynamo.items('snapshots').filter(({ window }) => !String(window).startsWith('rows#'));
  const revisions = snapshots.map(({ revision }) => Number(revision));
  return revisions.reduce((sum, revision) => sum + revision, 0);
}

/** Runs of a minute, one after the other; returns how long that of `aggregate-minute` took by the simulated clock. */
async function oneMinute(simulated: SimulatedApp, random: Random, n: number): Promise<number> {
  const nowMs = START_MS + n * MINUTE_MS;
  await simulated.clock.runUntil(nowMs);
  await simulated.write(Array.from({ length: POSTS_PER_MINUTE }, () => drawPost(random, nowMs)));
  const minuteMs = await simulated.aggregate('minute');
  for (const name of LONGER) if (n % EVERY_MINUTES[name] === 0) await simulated.aggregate(name);
  return minuteMs;
}

function drawPost(random: Random, nowMs: number): SocialEvent {
  const post = random.below(DAY_MINUTES * 10);
  const createdMs = START_MS - 60 * MINUTE_MS - Math.floor(post / 10) * MINUTE_MS;
  return makePost({
    id: `reddit:${post}`,
    source: 'reddit',
    created_at: new Date(createdMs).toISOString(),
    observed_at: new Date(nowMs).toISOString(),
    hashtags: [`k${post % 40}`],
    metrics: { score: random.below(1_000) },
  });
}
