import type { Scenario } from './scenario.ts';
import type { Tables } from './tables.ts';
import type { World } from './world.ts';

/** The hours (`2026-11-20T17`) of the posts that arrive at the last moment: nothing else is said in them. */
export function lastMomentHours({ lastMoments }: Scenario): string[] {
  return [...new Set(lastMoments.map(({ data }) => data.created_at.slice(0, 13)))];
}

/**
 * What is wrong with the posts that arrive at the last moment. Whether one comes in time is a matter of the run; but one
 * that was accepted is in the summary of its minute, and the hour has all that its summaries have. The other snapshots
 * and rows have expired by the end.
 */
export function lastMomentViolations({ summaries, snapshots }: Tables, { app, scenario }: World): string[] {
  const accepted = new Set(app.accepted.map(({ row: { event_key: key } }) => key.slice(0, key.indexOf('#'))));
  const stored = [...summaries.values()];
  const lost = scenario.lastMoments
    .map(({ data }) => data)
    .filter(({ id }) => accepted.has(id))
    .filter(({ source, created_at, hashtags: [keyword = ''] }) => {
      const summary = stored.find((each) => each.source === source && each.minute === created_at.slice(0, 16));
      return !summary?.categories.get(`source:${source}`)?.keywords.has(keyword);
    });
  const wrongHours = lastMomentHours(scenario).flatMap((hour) => {
    const events = stored
      .filter(({ minute }) => minute.startsWith(hour))
      .reduce((sum, { totals }) => sum + totals.events, 0);
    const ranked = snapshots.get(`hour ${hour}:00`)?.totals.events ?? 0;
    return ranked === events
      ? []
      : [`summed up at the last moment and not ranked: hour ${hour} has ${ranked} of ${events}`];
  });
  return [...lost.map(({ id }) => `accepted at the last moment and not counted: ${id}`), ...wrongHours];
}
