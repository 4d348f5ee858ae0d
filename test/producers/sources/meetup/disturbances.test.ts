import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import { answer, error, HTML } from '../../../support/networks/meetup-answers.ts';
import { catEvent, catEvents, idsOf } from '../../../support/networks/meetup-context.ts';
import type { MeetupScript } from '../../../support/networks/meetup-server.ts';
import { makeWorld, type World } from './world.ts';

let { server, context, secondsOfSearches } = {} as World;

beforeEach(async () => {
  ({ server, context, secondsOfSearches } = await makeWorld());
});

afterEach(() => server.close());

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
    server.put(catEvent(0));
    server.plan(...Array.from({ length: 9 }, () => answer(503, HTML)));

    await context().take(1);

    expect(secondsOfSearches()).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  test('is given up after five failures in a row where one sweep is wanted', async () => {
    server.put(...catEvents(12));
    server.plan(answer(503, HTML), { kind: 'serve' }, ...Array.from({ length: 5 }, () => answer(503, HTML)));

    await expect(context({ once: true }).take(100)).rejects.toThrow(
      new SourceError('Meetup answers 503; 5 attempts in a row have failed: try again later.'),
    );
    expect(secondsOfSearches()).toEqual([0, 1, 1, 3, 7, 15, 31]);
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
