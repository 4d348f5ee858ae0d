import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { meetup } from '../../../../producers/sources/meetup.ts';
import { catEvent, catEvents, idsOf, keptTokens } from '../../../support/networks/meetup-context.ts';
import { makeWorld, NOW_MS, type World } from './world.ts';

const DAY_MS = 86_400_000;

let { clock, server, context } = {} as World;

beforeEach(async () => {
  ({ clock, server, context } = await makeWorld());
});

afterEach(() => server.close());

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

  test.each([1, 2, 3])('does not repeat %i searches that brought nothing', async (complete) => {
    const before = context();
    const reading = async (): Promise<string | undefined> => {
      let searches = 0;
      for await (const { payload, cursor } of meetup.read(before.context)) {
        expect(payload).toBeUndefined();
        if (++searches === complete) return cursor;
      }
      return undefined;
    };
    const resumeAfter = await before.drive(reading());
    const asked = server.searches.length;

    await context({ kept: keptTokens('refresh-1'), once: true, resumeAfter }).take(100);

    expect(asked).toBe(complete);
    expect(server.searches).toHaveLength(4);
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
