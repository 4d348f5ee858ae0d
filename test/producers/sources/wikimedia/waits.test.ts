import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import { wikimedia } from '../../../../producers/sources/wikimedia.ts';
import { drive } from '../../../support/networks/drive.ts';
import { eventStreamServer, type Script } from '../../../support/networks/event-stream-server.ts';
import { take } from '../../../support/networks/read-context.ts';
import { change, LONG_AGO, nameOf, NOW_MS, setUp, type Stage } from './set-up.ts';

let { clock, server, context, read, names } = {} as Stage;

beforeEach(async () => {
  ({ clock, server, context, read, names } = await setUp());
});

afterEach(() => server.close());

/** The waits between connections: each connection has its watchdog, which waits for a minute. */
function retries(): readonly number[] {
  return clock.waits.filter((_, i) => i % 2 === 1);
}

const HTML = { 'content-type': 'text/html' };

describe('a reader of EventStreams waits', () => {
  test('longer after each failure, and no more than a minute', async () => {
    server.plan(...Array.from({ length: 9 }, () => ({ kind: 'refuse', status: 503 }) as const));
    server.add(change('a'));
    const reading = context({ resumeAfter: LONG_AGO });

    await read(reading, 1);

    expect(retries()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(reading.notices[0]).toBe('Wikimedia answers 503; connecting again in 1 s.');
    expect(reading.counts.get('reconnects')).toBe(9);
  });

  test.each<[string, Script, number, string]>([
    [
      'as long as 429 asks',
      { kind: 'refuse', status: 429, headers: { 'retry-after': '120' } },
      120_000,
      'Wikimedia answers 429 and asks to wait; connecting again in 120 s.',
    ],
    [
      'no shorter than after any failure',
      { kind: 'refuse', status: 429, headers: { 'retry-after': '0' } },
      1_000,
      'Wikimedia answers 429 and asks to wait; connecting again in 1 s.',
    ],
    [
      'after 429 that does not ask',
      { kind: 'refuse', status: 429 },
      1_000,
      'Wikimedia answers 429 and asks to wait; connecting again in 1 s.',
    ],
    [
      'as long as 503 asks',
      { kind: 'refuse', status: 503, headers: { 'retry-after': '30' } },
      30_000,
      'Wikimedia answers 503 and asks to wait; connecting again in 30 s.',
    ],
    [
      'after 403, and says what helps',
      { kind: 'refuse', status: 403 },
      1_000,
      'Wikimedia answers 403: set PRODUCER_CONTACT to an address where it can write to you; connecting again in 1 s.',
    ],
    [
      'after a page in place of the stream',
      { kind: 'refuse', status: 200, headers: HTML, body: '<h1>Hello</h1>' },
      1_000,
      'Wikimedia answers something that is no stream; connecting again in 1 s.',
    ],
    [
      'after an event that is an error',
      { kind: 'error', after: 0 },
      1_000,
      'Wikimedia breaks off with an error; connecting again in 1 s.',
    ],
    [
      'after an answer that ends',
      { kind: 'end', after: 0 },
      1_000,
      'Wikimedia has closed the connection; connecting again in 1 s.',
    ],
    [
      'after a connection that breaks',
      { kind: 'cut', after: 0 },
      1_000,
      'The connection to Wikimedia fails (UND_ERR_SOCKET); connecting again in 1 s.',
    ],
    [
      'after a minute of silence',
      { kind: 'hang', after: 0 },
      1_000,
      'Wikimedia was silent for 60 s; connecting again in 1 s.',
    ],
    [
      'after a minute without an answer',
      { kind: 'mute' },
      1_000,
      'Wikimedia was silent for 60 s; connecting again in 1 s.',
    ],
  ])('%s', async (_, script, waitMs, notice) => {
    server.plan(script);
    server.add(change('a'));
    const reading = context({ resumeAfter: LONG_AGO });

    expect(await names(reading, 1)).toEqual(['a']);

    expect(retries()[0]).toBe(waitMs);
    expect(reading.notices).toEqual([notice]);
  });

  test('for an address where nobody answers', async () => {
    const gone = await eventStreamServer();
    await gone.close();
    const reading = context({ addresses: { WIKIMEDIA_STREAM_URL: gone.url } });
    const done = take(wikimedia, reading.context, 1);
    while (reading.notices.length === 0) await clock.settle();
    reading.stop.abort();
    await done;

    expect(reading.notices).toEqual(['The connection to Wikimedia fails (ECONNREFUSED); connecting again in 1 s.']);
  });

  test('says nothing of a connection that ends after a quarter of an hour, and forgets earlier failures', async () => {
    server.plan({ kind: 'refuse', status: 503 }, { kind: 'refuse', status: 503 }, { kind: 'cut', after: 1 });
    server.add(change('a', 1_000), change('b'));
    const reading = context({ resumeAfter: LONG_AGO });

    const done = drive(
      clock,
      (async () => {
        const seen: string[] = [];
        for await (const { payload } of wikimedia.read(reading.context)) {
          if (payload === undefined) continue;
          seen.push(nameOf(payload));
          if (seen.length === 2) break;
          // The connection is held for a quarter of an hour by whoever takes the event.
          await clock.sleep(900_000);
        }
        return seen;
      })(),
      () => server.isIdle(),
    );

    expect(await done).toEqual(['a', 'b']);
    expect(reading.notices).toHaveLength(2);
    expect(clock.waits.filter((ms) => ms < 60_000)).toEqual([1_000, 2_000, 1_000]);
  });

  test('does not take the silence for its own while others hold an event', async () => {
    server.add(change('a', 1_000), change('b'), change('c', -1_000));
    const reading = context({ resumeAfter: LONG_AGO });
    const events = wikimedia.read(reading.context)[Symbol.asyncIterator]();
    await events.next();
    void clock.sleep(300_000);
    while (clock.now() < NOW_MS + 300_000) await clock.step();
    await events.next();
    await events.next();
    await events.return?.();

    expect(server.asked).toHaveLength(1);
    expect(reading.notices).toEqual([]);
  });

  test('no more where only what there is is wanted, and five connections in a row have failed', async () => {
    server.plan(...Array.from({ length: 5 }, () => ({ kind: 'refuse', status: 503 }) as const));

    await expect(read(context({ resumeAfter: LONG_AGO, once: true }), 1)).rejects.toThrow(
      new SourceError('Wikimedia answers 503; 5 attempts in a row have failed: try again later.'),
    );
    expect(server.asked).toHaveLength(5);
  });
});
