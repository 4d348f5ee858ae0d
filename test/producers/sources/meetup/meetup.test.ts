import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import {
  catEvent,
  catEvents,
  idsOf,
  meetupContext,
  presetWith,
  type MeetupContext,
} from '../../../support/networks/meetup-context.ts';
import { meetupServer, type MeetupScript, type MeetupServer } from '../../../support/networks/meetup-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T10:00:00.000Z');
const MINUTE_MS = 60_000;

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

/** The seconds after the start at which each search was asked for. */
function secondsOfSearches(): number[] {
  return server.searches.map(({ atMs }) => (atMs - NOW_MS) / 1_000);
}

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

    await context({ preset: presetWith({ topics, places: [] }), flags: { days: '10' }, once: true }).take(1);

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

function page(edges: unknown[], hasNextPage: boolean, endCursor: string | null = 'MTA='): ScriptedAnswer {
  const body = { data: { eventSearch: { totalCount: 99, pageInfo: { hasNextPage, endCursor }, edges } } };
  return { kind: 'answer', status: 200, body: JSON.stringify(body) };
}

type ScriptedAnswer = Extract<MeetupScript, { kind: 'answer' }>;

function answer(status: number, body: unknown, headers: object = {}): ScriptedAnswer {
  return { kind: 'answer', status, body: typeof body === 'string' ? body : JSON.stringify(body), headers };
}

function error(message: string, extensions: object = {}, data: unknown = null): object {
  return { errors: [{ message, extensions }], data };
}

const HTML = '<!DOCTYPE html><html><body>Service Unavailable</body></html>';
const RESET = { code: 'RATE_LIMITED', consumedPoints: 500, resetAt: '2026-11-20T10:00:45.000Z' };

describe('a search of Meetup that fails', () => {
  test.each<[string, MeetupScript, number]>([
    ['points are short until a moment', answer(200, error('Too many requests', RESET)), 45],
    ['the same with 429', answer(429, error('Too many requests', RESET)), 45],
    ['the same with 400', answer(400, error('Too many requests', RESET)), 45],
    ['points are short, and nobody says until when', answer(200, error('x', { code: 'RATE_LIMITED' })), 60],
    ['points are short until a moment that is past', answer(200, error('x', { ...RESET, resetAt: '2020-01-01' })), 1],
    ['points are short for ever', answer(200, error('x', { ...RESET, resetAt: '9999-01-01T00:00:00Z' })), 900],
    ['429 with a header', answer(429, '', { 'retry-after': '7' }), 7],
    ['429 without one', answer(429, ''), 60],
    ['503', answer(503, HTML), 1],
    ['HTML', answer(200, HTML), 1],
    ['HTML with 400', answer(400, HTML), 1],
    ['half of an answer', { kind: 'cut' }, 1],
    ['a broken connection', { kind: 'kill' }, 1],
    ['no answer within 30 s', { kind: 'hang' }, 31],
    ['other JSON', answer(200, { data: { eventSearch: null } }), 1],
    ['JSON that is no object', answer(200, '17'), 1],
    ['an error of GraphQL', answer(200, error('Internal error')), 1],
    ['an error of GraphQL with 400', answer(400, error('Bad request')), 1],
  ])('is tried again after %s', async (_, script, waitSeconds) => {
    server.put(...catEvents(12));
    server.plan({ kind: 'serve' }, script);

    const reading = context({ once: true });
    const received = await reading.take(100);

    expect(new Set(idsOf(received)).size).toBe(12);
    expect(secondsOfSearches().slice(0, 3)).toEqual([0, 0, waitSeconds]);
    expect(reading.counts.get('failed rounds')).toBe(1);
  });

  test('waits longer after each failure, and no more than a minute', async () => {
    server.plan(...Array.from({ length: 9 }, () => answer(503, HTML)));

    await context({ once: true }).take(1);

    expect(secondsOfSearches().slice(0, 10)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test('is given what there is where only a part of the answer is in error', async () => {
    const eventSearch = { pageInfo: { hasNextPage: false }, edges: [{ node: catEvent(1) }] };
    server.plan(answer(200, error('venue is gone', {}, { eventSearch })));

    const reading = context({ once: true });

    expect(idsOf(await reading.take(100))).toEqual(['cat-1']);
    expect(reading.counts.get('partial answers')).toBe(1);
  });

  test('is begun again where the server knows its page no more', async () => {
    server.put(...catEvents(7));
    server.plan({ kind: 'serve' }, answer(400, error('Invalid cursor')));

    const received = await context({ once: true }).take(100);

    expect(idsOf(received)).toEqual(idsOf(catEvents(7).map((payload) => ({ payload }))));
    expect(server.searches.slice(0, 4).map(({ variables }) => variables.after !== undefined)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('is left out of a sweep after three refusals', async () => {
    server.put(catEvent(1, { dateTime: '2026-11-21T12:00:00Z' }));
    server.plan(...Array.from({ length: 3 }, () => answer(200, error('Internal error'))));

    const reading = context({ once: true });

    expect(idsOf(await reading.take(100))).toEqual(['cat-1']);
    expect(secondsOfSearches()).toEqual([0, 1, 3, 3, 3, 3]);
    expect(reading.counts.get('searches given up')).toBe(1);
  });

  test('tells a person where Meetup understands none of them', async () => {
    const invalid = error("Field 'rsvps' in type 'Event' is undefined", { classification: 'ValidationError' });
    server.plan(...Array.from({ length: 9 }, () => answer(200, invalid)));

    const done = context().take(1);

    await expect(done).rejects.toThrow(SourceError);
    await expect(done).rejects.toThrow('update Groundswell');
    expect(server.searches).toHaveLength(9);
  });

  test('tells a person where Meetup forbids it', async () => {
    server.plan(answer(403, HTML));

    await expect(context().take(1)).rejects.toThrow('Meetup refuses us (403): API clients need an active Meetup Pro');
  });
});

describe('a reader of Meetup that is killed', () => {
  test('goes on in the same sweep: nothing is left out, wherever it was', async () => {
    const events = [...catEvents(12), catEvent(30, { dateTime: '2026-11-21T09:00:00Z' })];
    server.put(...events);
    const all = idsOf(events.map((payload) => ({ payload })));
    for (let stopAfter = 0; stopAfter <= 13; stopAfter++) {
      const kept = { ...FIRST_CREDENTIALS, MEETUP_REFRESH_TOKEN: server.tokens.refreshToken() };
      const before = await context({ kept, once: true }).take(stopAfter);
      const resumeAfter = before.findLast(({ cursor }) => cursor !== undefined)?.cursor;

      const after = await context({ kept, once: true, resumeAfter }).take(100);

      expect([...new Set([...idsOf(before), ...idsOf(after)])]).toEqual(all);
      // What was complete is not asked for again.
      expect(after).toHaveLength(
        13 - (stopAfter === 13 ? 13 : stopAfter - (stopAfter % 5) + (stopAfter >= 12 ? 2 : 0)),
      );
    }
  });

  test('goes on with the days of its sweep, also on a later day', async () => {
    const before = await firstPage();
    await clock.runUntil(NOW_MS + 24 * 60 * MINUTE_MS);
    const asked = server.searches.length;

    await context({
      kept: { ...FIRST_CREDENTIALS, MEETUP_REFRESH_TOKEN: 'refresh-1' },
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

    const kept = { ...FIRST_CREDENTIALS, MEETUP_REFRESH_TOKEN: 'refresh-1' };
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

const FIRST_CREDENTIALS = { MEETUP_CLIENT_ID: 'client', MEETUP_CLIENT_SECRET: 'secret' };
