import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  catEvent,
  catEvents,
  idsOf,
  keptTokens,
  meetupContext,
  type MeetupContext,
} from '../../../support/networks/meetup-context.ts';
import { meetupServer, type MeetupServer } from '../../../support/networks/meetup-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T10:00:00.000Z');
const DAY_MS = 86_400_000;

let clock: VirtualClock;
let server: MeetupServer;

beforeEach(async () => {
  clock = virtualClock(NOW_MS);
  server = await meetupServer(clock.now, 5);
});

afterEach(() => server.close());

function context(overrides: Parameters<typeof meetupContext>[2] = {}): MeetupContext {
  return meetupContext(server, clock, overrides);
}

describe('a reader of Meetup that is killed', () => {
  test('goes on in the same sweep: nothing is left out, wherever it was', async () => {
    const events = [...catEvents(12), catEvent(30, { dateTime: '2026-11-21T09:00:00Z' })];
    server.put(...events);
    const all = idsOf(events.map((payload) => ({ payload })));
    for (let stopAfter = 0; stopAfter <= 13; stopAfter++) {
      const kept = keptTokens(server.tokens.refreshToken());
      const before = await context({ kept, once: true }).take(stopAfter);
      const resumeAfter = before.findLast(({ cursor }) => cursor !== undefined)?.cursor;

      const after = await context({ kept, once: true, resumeAfter }).take(100);

      expect([...new Set([...idsOf(before), ...idsOf(after)])]).toEqual(all);
      // What was complete is not asked for again: pages of 5, 5 and 2, and the next day.
      const complete = [0, 5, 10, 12, 13].findLast((count) => count <= stopAfter) ?? 0;
      expect(idsOf(after)).toEqual(all.slice(complete));
    }
  });

  test('goes on with the days of its sweep, also on a later day', async () => {
    const before = await firstPage();
    await clock.runUntil(NOW_MS + DAY_MS);
    const asked = server.searches.length;

    await context({
      kept: keptTokens('refresh-1'),
      once: true,
      resumeAfter: before,
    }).take(100);

    expect(server.searches.slice(asked).map(({ variables }) => variables.f.startDateRange.slice(8, 10))).toEqual([
      '20',
      '20',
      '21',
      '21',
    ]);
  });

  test.each([
    ['of another preset', (cursor: string) => cursor.replace(/"plan":"./, '"plan":"x')],
    ['that is none', () => '{"plan":'],
    ['of a sweep that was over', (cursor: string) => cursor.replace(/"at":\d+/, '"at":99')],
  ])('begins a sweep with a cursor %s', async (_, change) => {
    const cursor = change(await firstPage());
    const asked = server.searches.length;

    const kept = keptTokens('refresh-1');
    await context({ kept, once: true, resumeAfter: cursor }).take(5);

    expect(server.searches[asked]?.variables).toMatchObject({ f: { startDateRange: '2026-11-20T00:00:00Z' } });
    expect(server.searches[asked]?.variables.after).toBeUndefined();
  });

  async function firstPage(): Promise<string> {
    server.put(...catEvents(7));
    const received = await context().take(5);
    return received.at(-1)?.cursor ?? '';
  }
});
