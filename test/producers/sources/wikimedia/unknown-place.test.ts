import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Script } from '../../../support/networks/event-stream-server.ts';
import { change, idAt, LONG_AGO, NOW_MS, setUp, type Stage } from './set-up.ts';

let { clock, server, context, read, names } = {} as Stage;

beforeEach(async () => {
  ({ clock, server, context, read, names } = await setUp());
});

afterEach(() => server.close());

describe('a reader whose place the server does not know', () => {
  const refusals = (count: number, status: number): Script[] =>
    Array.from({ length: count }, () => ({ kind: 'refuse', status }) as const);

  /** Adds a change as soon as somebody listens. */
  async function addLive(): Promise<void> {
    while (server.isIdle()) await clock.settle();
    server.add(change('new'));
  }

  test('asks for the time of it, a little earlier, and for the place again', async () => {
    server.plan(...refusals(2, 404));
    server.add(change('a'));
    const reading = context({ resumeAfter: LONG_AGO });

    expect(await names(reading, 1)).toEqual(['a']);
    expect(server.asked[1]).toMatchObject({
      path: '/v2/stream/recentchange?since=2026-11-20T17:38:55.000Z',
      lastEventId: undefined,
    });
    expect(server.asked[2]).toEqual(server.asked[0]);
    expect(reading.counts.get('gaps')).toBeUndefined();
  });

  test('keeps it over refusals of less than five minutes', async () => {
    // 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60 s after the first one.
    server.plan(...refusals(10, 400));
    server.add(change('a'));
    const reading = context({ resumeAfter: LONG_AGO });

    expect(await names(reading, 1)).toEqual(['a']);
    expect(clock.now() - NOW_MS).toBe(303_000);
    expect(reading.counts.get('gaps')).toBeUndefined();
  });

  test('counts refusals anew after each event', async () => {
    server.plan(...refusals(10, 400), { kind: 'cut', after: 1 }, ...refusals(4, 400));
    server.add(change('a', 1_000), change('b'));
    const reading = context({ resumeAfter: LONG_AGO });

    expect(await names(reading, 2)).toEqual(['a', 'b']);
    expect(reading.counts.get('gaps')).toBeUndefined();
  });

  test.each([
    ['one that was a place', LONG_AGO],
    ['one that is none', 'nonsense'],
  ])('begins now where none of that helps, and says so: %s', async (_, resumeAfter) => {
    server.plan(...refusals(11, 400));
    const reading = context({ resumeAfter });
    const done = read(reading, 1);
    await addLive();
    await done;

    expect(server.asked[11]).toMatchObject({ path: '/v2/stream/recentchange', lastEventId: undefined });
    expect(server.asked).toHaveLength(12);
    expect(reading.counts.get('gaps')).toBe(1);
    expect(reading.notices).toContain('Wikimedia does not know where the last run ended: what came since is lost.');
  });

  test('does the same where only what there is is wanted', async () => {
    server.plan(...refusals(11, 400));
    const reading = context({ resumeAfter: LONG_AGO, once: true });
    const done = names(reading, 100);
    while (server.isIdle()) await clock.settle();
    server.add(change('new', NOW_MS - clock.now()));

    expect(await done).toEqual(['new']);
  });

  test('is told of a gap where the server goes on much later', async () => {
    server.add(change('a'));
    const reading = context({ resumeAfter: idAt(8 * 24 * 3_600_000) });

    await read(reading, 1);

    expect(reading.counts.get('gaps')).toBe(1);
    expect(reading.notices).toEqual(['Wikimedia goes on 691200 s later than it was read: what came between is lost.']);
  });
});
