import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { answer, HTML, page } from '../../../support/networks/meetup-answers.ts';
import {
  catEvent,
  catEvents,
  idsOf,
  presetWith,
  type MeetupContext,
} from '../../../support/networks/meetup-context.ts';
import { makeWorld, MINUTE_MS, type World } from './world.ts';

let { clock, server, context, secondsOfSearches } = {} as World;

beforeEach(async () => {
  ({ clock, server, context, secondsOfSearches } = await makeWorld());
});

afterEach(() => server.close());

describe('a sweep of Meetup', () => {
  test('searches every place, and online events of everywhere, day by day', async () => {
    const preset = presetWith({
      topics: [{ name: 'pets', keywords: ['cat', 'dog'] }],
      places: [{ name: 'Berlin', lat: 52.52, lon: 13.4, radiusKm: 50 }],
    });

    await context({ preset, once: true }).take(1);

    const berlin = { lat: 52.52, lon: 13.4, radius: 31.07 };
    const online = { lat: 0, lon: 0, radius: 12_500, eventType: 'ONLINE' };
    const searches = [
      { query: 'cat', ...berlin },
      { query: 'dog', ...berlin },
      { query: 'cat', ...online },
      { query: 'dog', ...online },
    ];
    const first = { startDateRange: '2026-11-20T00:00:00Z', endDateRange: '2026-11-20T23:59:59Z' };
    const second = { startDateRange: '2026-11-21T00:00:00Z', endDateRange: '2026-11-21T23:59:59Z' };
    expect(server.searches.map(({ variables }) => variables.f)).toEqual([
      ...searches.map((search) => ({ ...search, ...first })),
      ...searches.map((search) => ({ ...search, ...second })),
    ]);
  });

  test('searches by the names of the topics where everything is wanted', async () => {
    const topics = [
      { name: 'pets', keywords: ['cat'] },
      { name: 'music', keywords: ['jazz'] },
    ];

    await context({ preset: presetWith({ scope: 'everything', topics, places: [] }), once: true }).take(1);

    expect(server.searches.map(({ variables }) => variables.f.query)).toEqual(['pets', 'music', 'pets', 'music']);
  });

  test('looks thirty days ahead unless told', async () => {
    await context({ flags: {}, once: true }).take(1);

    expect(server.searches).toHaveLength(60);
    expect(server.searches.at(-1)?.variables.f.endDateRange).toBe('2026-12-19T23:59:59Z');
  });

  test('delivers the pages of a search to the last, an event of two searches once', async () => {
    server.put(...catEvents(13), catEvent(20, { eventType: 'ONLINE' }));

    const received = await context({ once: true }).take(100);

    expect(idsOf(received)).toEqual(idsOf([...catEvents(13), catEvent(20)].map((payload) => ({ payload }))));
    expect(received[0]?.payload).toEqual(catEvent(0));
  });

  test('only the last new event of a page carries the cursor', async () => {
    server.put(...catEvents(7));

    const received = await context({ once: true }).take(100);

    expect(received.map(({ cursor }) => cursor !== undefined)).toEqual([false, false, false, false, true, false, true]);
  });

  test('begins again a quarter of an hour after its end, and delivers what is new, changed or cancelled', async () => {
    server.put(...catEvents(6));
    const reading = context();
    await reading.next(6);

    server.put(
      catEvent(0, { status: 'CANCELLED' }),
      catEvent(1, { rsvps: { totalCount: 4, yesCount: 3, waitlistCount: 1 } }),
      catEvent(2, { dateTime: '2026-11-20T18:00:00+00:00' }),
      catEvent(3, { title: 'Cat congress' }),
      catEvent(4, { venues: [{ name: 'Park', city: 'Berlin', country: 'de', lat: 52.5, lon: 13.4 }] }),
      catEvent(5, { rsvps: { totalCount: 9, yesCount: 2, waitlistCount: 7 } }),
      catEvent(6),
    );

    expect(idsOf(await reading.next(6))).toEqual(['cat-0', 'cat-1', 'cat-3', 'cat-4', 'cat-6', 'cat-2']);
    expect(secondsOfSearches().filter((second) => second > 0)).toEqual([15 * 60, 15 * 60]);
  });

  test('ends a search at an empty page, and at one that only repeats, whatever the page promises', async () => {
    server.put(...catEvents(7));
    const repeated = { node: catEvent(0) };
    server.plan(
      { kind: 'serve' },
      page([], true),
      page([repeated], true),
      page([repeated], true),
      page([], true, null),
      page([null, { node: null }, {}], true),
    );

    const reading = context({ once: true });
    const received = await reading.take(100);

    expect(idsOf(received)).toEqual([...idsOf(catEvents(5).map((payload) => ({ payload }))), undefined]);
    expect(server.searches).toHaveLength(7);
    expect(reading.counts.get('pages that promised more')).toBe(2);
  });

  test('never asks for more than 500 points in a minute', async () => {
    const topics = [{ name: 'all', keywords: Array.from({ length: 120 }, (_, i) => `word ${i}`) }];

    const reading = context({ preset: presetWith({ topics, places: [] }), flags: { days: '10' }, once: true });
    await reading.take(1);

    expect(reading.notices).toEqual(['The preset has no places: Meetup is searched for online events only.']);
    const seconds = secondsOfSearches();
    expect(seconds).toHaveLength(1_200);
    expect([seconds[499], seconds[500], seconds[999], seconds[1_000]]).toEqual([0, 60, 60, 120]);
  });

  test('refuses a number of days that is none', async () => {
    await expect(context({ flags: { days: '0' } }).take(1)).rejects.toThrow('--days is "0"');
  });

  test.each([
    ['in its pause', 15 * MINUTE_MS],
    ['while it waits after a failure', 1_000],
  ])('ends when it is told to, also %s', async (_, waitMs) => {
    server.plan({ kind: 'serve' }, answer(503, HTML));
    const reading: MeetupContext = context({ clock: { now: clock.now, wait: waitOrStop, random: () => 1 } });
    function waitOrStop(ms: number, signal: AbortSignal): Promise<void> {
      if (ms === waitMs) reading.stop.abort();
      return clock.wait(ms, signal);
    }

    expect(await reading.take(1)).toEqual([]);
  });
});
