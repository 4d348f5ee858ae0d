import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { HttpRequest } from '../../../../producers/network/http.ts';
import type { ReadContext } from '../../../../producers/network/network.ts';
import { StateError } from '../../../../producers/network/state-store.ts';
import { meetupAccess } from '../../../../producers/sources/meetup/access.ts';
import { SourceError } from '../../../../producers/source-error.ts';
import { answer, HTML } from '../../../support/networks/meetup-answers.ts';
import {
  catEvent,
  catEvents,
  idsOf,
  keptTokens,
  type Kept,
  type MeetupContext,
} from '../../../support/networks/meetup-context.ts';
import type { MeetupScript } from '../../../support/networks/meetup-server.ts';
import { makeWorld, NOW_MS, type World } from './world.ts';

const ALL = idsOf(catEvents(7).map((payload) => ({ payload })));

let world: World;
let { clock, server } = {} as World;
let kept: Kept;

beforeEach(async () => {
  world = await makeWorld();
  ({ clock, server } = world);
  server.put(...catEvents(7));
  kept = keptTokens('refresh-0');
});

afterEach(() => server.close());

function context(overrides: Partial<ReadContext> = {}): MeetupContext {
  return world.context({ kept, once: true, ...overrides });
}

function credentials(renew: ReadContext['credentials']['renew']): Pick<ReadContext, 'credentials'> {
  return { credentials: { values: { ...kept }, renew } };
}

/** The seconds after the start at which each token was asked for. */
function secondsOfRenewals(): number[] {
  return server.renewals.map(({ atMs }) => (atMs - NOW_MS) / 1_000);
}

describe('the access of Meetup', () => {
  test('keeps the next refresh token before it uses what it paid for', async () => {
    const searchesWhenKept: number[] = [];
    const renew = async (name: string, value: string): Promise<void> => {
      await clock.settle();
      kept[name] = value;
      searchesWhenKept.push(server.searches.length);
    };

    await context(credentials(renew)).take(100);

    expect(searchesWhenKept).toEqual([0]);
    expect(kept['MEETUP_REFRESH_TOKEN']).toBe('refresh-1');
    expect(server.searches[0]?.authorization).toBe('Bearer access-1');
  });

  test('is not lost by a kill between the renewal and its use', async () => {
    const killed: MeetupContext = context(
      credentials(async (name, value) => {
        kept[name] = value;
        killed.stop.abort();
      }),
    );
    expect(await killed.take(100)).toEqual([]);
    expect(server.searches).toEqual([]);

    expect(idsOf(await context().take(100))).toEqual(ALL);
    expect(server.renewals.map(({ refreshToken }) => refreshToken)).toEqual(['refresh-0', 'refresh-1']);
  });

  test('is not lost when the producer is told to end while it waits for a renewal', async () => {
    const ended: MeetupContext = context();
    const { http } = ended.context;
    const endWhileAsking = (request: HttpRequest, signal: AbortSignal) => {
      if (request.url.endsWith('/oauth2/access')) queueMicrotask(() => ended.stop.abort());
      return http(request, signal);
    };
    const reading = context({ http: endWhileAsking, signal: ended.stop.signal });

    expect(await ended.drive(reading.next(1))).toEqual([]);
    expect(kept['MEETUP_REFRESH_TOKEN']).toBe(server.tokens.refreshToken());
    expect(idsOf(await context().take(100))).toEqual(ALL);
  });

  test('is renewed as sweeps go on, and never refused', async () => {
    const reading = context({ once: false });
    await reading.next(7);
    const { now } = reading.context.clock;
    // An event that is there from a sweep on.
    for (const [i, minutes] of [15, 30, 45, 60].entries()) {
      server.put(catEvent(10 + i));
      await reading.next(1);
      expect((now() - NOW_MS) / 60_000).toBe(minutes);
    }

    expect(secondsOfRenewals()).toEqual([0, 3_600]);
    expect(reading.notices).toEqual([]);
  });

  test('is renewed, and the search asked again, where it is refused', async () => {
    const reading = context();
    await reading.next(5);
    server.tokens.revoke();

    expect(idsOf(await reading.next(100))).toEqual(ALL.slice(5));
    expect(secondsOfRenewals()).toEqual([0, 0]);
    expect(reading.notices).toEqual([]);
  });

  test.each([
    ['401', answer(401, { errors: [{ message: 'Unauthorized' }] })],
    ['an error of GraphQL', answer(200, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }], data: null })],
  ])('is not renewed again and again where a new one is refused by %s', async (_, refusal) => {
    server.plan({ kind: 'serve' }, refusal, refusal);

    const done = context().take(100);

    await expect(done).rejects.toThrow(SourceError);
    await expect(done).rejects.toThrow('Meetup refuses us (401) with a token that it has just given');
    expect(server.renewals).toHaveLength(2);
  });

  test.each<[string, MeetupScript, number]>([
    ['a broken connection', { kind: 'kill' }, 1],
    ['half of an answer', { kind: 'cut' }, 1],
    ['no answer', { kind: 'hang' }, 31],
  ])('tells a person where the next refresh token is lost with %s', async (_, script, seconds) => {
    server.planRenewals(script);

    const done = context().take(100);

    await expect(done).rejects.toThrow(SourceError);
    await expect(done).rejects.toThrow('each can be used once: get a new one');
    expect(secondsOfRenewals()).toEqual([0, seconds]);
  });

  test('is asked for more and more slowly where Meetup is down', async () => {
    server.planRenewals(...Array.from({ length: 8 }, () => answer(503, 'down')));

    expect(idsOf(await context({ once: false }).take(7))).toEqual(ALL);
    expect(secondsOfRenewals()).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  });

  test.each<[string, MeetupScript]>([
    ['429', answer(429, {})],
    ['HTML', answer(200, HTML)],
    ['HTML with 400', answer(400, HTML)],
    ['an answer without a token', answer(200, { token_type: 'bearer' })],
    ['an answer that is no object', answer(200, null)],
  ])('is asked for again after %s', async (_, script) => {
    server.planRenewals(script);

    expect(idsOf(await context().take(100))).toEqual(ALL);
    expect(secondsOfRenewals()).toEqual([0, 1]);
  });

  test.each<[string, Kept, string]>([
    ['a refresh token that was used', { MEETUP_REFRESH_TOKEN: 'refresh-old' }, 'set MEETUP_REFRESH_TOKEN'],
    ['a wrong secret', { MEETUP_CLIENT_SECRET: 'wrong' }, 'check MEETUP_CLIENT_ID and MEETUP_CLIENT_SECRET'],
  ])('tells a person what to do about %s, once and without the secret', async (_, wrong, advice) => {
    kept = { ...kept, ...wrong };

    const done = context().take(100);

    await expect(done).rejects.toThrow(SourceError);
    await expect(done).rejects.toThrow(advice);
    await expect(done).rejects.not.toThrow(/refresh-old|wrong/);
    expect(server.renewals).toHaveLength(1);
  });

  test('holds a refresh token that cannot be kept, and asks for no other', async () => {
    let failures = 3;
    const renew = async (name: string, value: string): Promise<void> => {
      if (failures-- > 0) throw new StateError('/state cannot be written: ENOSPC.');
      kept[name] = value;
    };
    const reading = context(credentials(renew));

    expect(idsOf(await reading.take(100))).toEqual(ALL);
    expect(server.renewals).toHaveLength(1);
    expect(kept['MEETUP_REFRESH_TOKEN']).toBe('refresh-1');
    expect(reading.notices).toHaveLength(3);
    expect(reading.notices[0]).toContain('/state cannot be written: ENOSPC.');
  });

  test.each([
    ['two minutes before it ends', 3_600, [0, 3_480, 6_960]],
    ['once a minute at most, whatever life the server gives it', 0, Array.from({ length: 120 }, (_, i) => i * 60)],
    ['within the hour where its life is not told', undefined, [0, 3_480, 6_960]],
  ])('is renewed %s', async (_, lifeSeconds, renewedAt) => {
    const renewals: number[] = [];
    const access = meetupAccess({
      ...context().context,
      http: async () => {
        renewals.push((clock.now() - NOW_MS) / 1_000);
        return { status: 200, headers: {}, body: JSON.stringify({ access_token: 'a', expires_in: lifeSeconds }) };
      },
    });

    for (let second = 0; second < 7_200; second += 10) {
      await clock.runUntil(NOW_MS + second * 1_000);
      await access.token();
    }

    expect(renewals).toEqual(renewedAt);
  });
});
