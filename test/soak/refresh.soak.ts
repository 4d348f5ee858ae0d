import { expect, test } from 'vitest';

import { simulatedApp, totalCalls } from '../../bench/simulated-app.ts';
import { naiveRanking } from '../../commands/naive-ranking.ts';
import type { SocialEvent } from '../../core/social-event.ts';
import { windowAt, WINDOW_NAMES, type WindowName } from '../../core/windows.ts';
import { presetNamed } from '../../presets/presets.ts';
import { generate } from '../../producers/sources/generator.ts';
import { MARKS } from '../faults/deployment.ts';

const START_MS = Date.UTC(2026, 10, 20, 0, 0, 0);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS = 24;
const EVERY_MINUTES: Readonly<Record<WindowName, number>> = { minute: 1, '5-minute': 5, hour: 10 };

test('a day of an event a second: an hour costs what the one before did, nothing piles up, every hour is exact', async () => {
  const simulated = simulatedApp(START_MS);
  const { app, clock } = simulated;
  const source = generate({
    preset: presetNamed('trends'),
    seed: 1,
    startMs: START_MS,
    rate: 1,
    duplicates: 0.05,
    late: 0.02,
  });
  const events: SocialEvent[] = [];
  const calls: number[] = [];
  let next = source.next();
  for (let minute = 1; minute <= HOURS * 60; minute++) {
    const batch: SocialEvent[] = [];
    for (; next.done !== true && next.value.atMs < START_MS + minute * MINUTE_MS; next = source.next())
      batch.push(next.value.event);
    await clock.runUntil(START_MS + minute * MINUTE_MS + 3_000);
    await simulated.write(batch);
    events.push(...batch);
    for (const name of WINDOW_NAMES) if (minute % EVERY_MINUTES[name] === 0) await simulated.aggregate(name);
    if (minute % 60 === 0) calls.push(totalCalls(simulated));
  }
  const perHour = calls.map((count, i) => count - (calls[i - 1] ?? 0));
  console.log('calls of each hour', perHour.join(' '), 'marks', app.dynamo.items(MARKS).length);

  // Late events reach back up to two days: after the first hours they change as many windows in each.
  expect(Math.max(...perHour.slice(12))).toBeLessThan(1.5 * Math.max(...perHour.slice(6, 12)));
  await clock.runUntil(START_MS + (HOURS + 1) * HOUR_MS + 3_000);
  for (const name of WINDOW_NAMES) await simulated.aggregate(name);
  expect(app.dynamo.items(MARKS)).toEqual([]);
  for (let hour = 0; hour < HOURS; hour++) await expectHour(simulated, events, START_MS + hour * HOUR_MS);
});

async function expectHour(
  { app, clock }: ReturnType<typeof simulatedApp>,
  events: readonly SocialEvent[],
  startMs: number,
): Promise<void> {
  const window = windowAt('hour', startMs);
  const { snapshots } = app.storesOf({ name: 'reader', isAlive: true });
  const found = await clock.run(snapshots.read(window));
  const { weights } = app.settings;
  const expected = naiveRanking(events, { fromMs: window.startMs, toMs: window.endMs, category: 'all', weights });
  const ranking = found?.snapshot.categories.get('all')?.ranking ?? [];
  expect(ranking.map(({ key_word, score }) => [key_word, score])).toEqual(
    expected.slice(0, ranking.length).map(({ key_word, score }) => [key_word, score]),
  );
  expect(ranking.length).toBeGreaterThan(50);
}
