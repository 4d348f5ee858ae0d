import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import { bluesky } from '../../../../producers/sources/bluesky.ts';
import { drive } from '../../../support/networks/drive.ts';
import { jetstreamServer, type JetstreamServer } from '../../../support/networks/jetstream-server.ts';
import { readContext, take, type TestContext } from '../../../support/networks/read-context.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');
const NOW_US = NOW_MS * 1_000;
const SECOND_US = 1_000_000;

let clock: VirtualClock;
let server: JetstreamServer;

beforeEach(async () => {
  clock = virtualClock(NOW_MS);
  server = await jetstreamServer(clock.now);
});

afterEach(() => server.close());

function context(overrides: Parameters<typeof readContext>[1] = {}): TestContext {
  return readContext(clock, { addresses: { BLUESKY_JETSTREAM_URL: server.url }, ...overrides });
}

function event(atUs: number): object {
  return { did: `did:plc:${atUs}`, time_us: atUs, kind: 'identity' };
}

/** Events a second apart, the last one now. */
function events(count: number): object[] {
  return Array.from({ length: count }, (_, i) => event(NOW_US - (count - 1 - i) * SECOND_US));
}

async function read(test: TestContext, count: number) {
  return drive(clock, take(bluesky, test.context, count), () => server.isIdle());
}

describe('a reader of Jetstream', () => {
  test('goes on where the last run was stored, a few seconds earlier', async () => {
    server.add(...events(20));

    const received = await read(context({ resumeAfter: String(NOW_US - 10 * SECOND_US) }), 16);

    expect(server.cursors).toEqual([NOW_US - 15 * SECOND_US]);
    expect(received.map(({ payload }) => payload)).toEqual(events(16));
    expect(received.at(-1)?.cursor).toBe(String(NOW_US));
  });

  test('delivers every event once over connections that break at any place', async () => {
    server.add(...events(50));
    server.plan(...[0, 3, 20, 20, 0, 40].map((after) => ({ kind: 'cut', after }) as const));

    const received = await read(context({ resumeAfter: String(NOW_US - 60 * SECOND_US) }), 50);

    expect(received.map(({ payload }) => payload)).toEqual(events(50));
  });

  test('its cursor never goes back', async () => {
    server.add(event(NOW_US - 2 * SECOND_US), event(NOW_US), event(NOW_US - SECOND_US));

    const received = await read(context({ resumeAfter: String(NOW_US - 3 * SECOND_US) }), 3);

    expect(received.map(({ cursor }) => Number(cursor) - NOW_US)).toEqual([-2 * SECOND_US, 0, 0]);
  });

  test('waits longer after each failure, and no more than a minute', async () => {
    server.plan(...Array.from({ length: 9 }, () => ({ kind: 'refuse', status: 503, body: 'warming' }) as const));
    server.add(event(NOW_US));
    const reading = context({ resumeAfter: String(NOW_US) });

    await read(reading, 1);

    const { connectedMs } = server;
    const waits = connectedMs.slice(1).map((ms, i) => ms - (connectedMs[i] ?? 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(reading.notices[0]).toBe('Bluesky answers 503; connecting again in 1 s.');
  });

  test('gives a silent connection up after a minute', async () => {
    server.plan({ kind: 'hang' });
    server.add(event(NOW_US));
    const reading = context({ resumeAfter: String(NOW_US) });

    await read(reading, 1);

    expect(reading.notices).toEqual(['Bluesky was silent for 60 s; connecting again in 1 s.']);
  });

  test('starts anew, and says so, where its cursor is too old', async () => {
    server.plan({ kind: 'refuse', status: 400, body: '{"error":"CursorTooOld"}' });
    const reading = context({ resumeAfter: '1' });
    const received = read(reading, 1);
    while (server.isIdle()) await clock.settle();
    server.add(event(NOW_US));

    expect(await received).toHaveLength(1);
    expect(server.cursors).toEqual([1 - 5 * SECOND_US, undefined]);
    expect(reading.counts.get('gaps')).toBe(1);
  });

  test('says so where the server goes on much later than asked', async () => {
    server.add(event(NOW_US));
    const reading = context({ resumeAfter: String(NOW_US - 3_600 * SECOND_US) });

    await read(reading, 1);

    expect(reading.counts.get('gaps')).toBe(1);
    expect(reading.notices).toEqual(['Bluesky goes on 3600 s later than it was read: what came between is lost.']);
  });

  test('hands a frame that is no JSON on as a text', async () => {
    server.add('{"half":', event(NOW_US));

    const received = await read(context({ resumeAfter: String(NOW_US) }), 2);

    expect(received[0]).toEqual({ payload: '{"half":', cursor: String(NOW_US) });
  });

  test('read once ends with what was written when it began', async () => {
    server.add(...events(5));

    const received = await read(context({ resumeAfter: String(NOW_US - 60 * SECOND_US), once: true }), 100);

    expect(received).toHaveLength(5);
  });

  test('read once gives up after five failures in a row', async () => {
    server.add(...events(5));
    const down = Array.from({ length: 5 }, () => ({ kind: 'refuse', status: 503, body: '' }) as const);
    server.plan(...down.slice(1), { kind: 'cut', after: 3 }, ...down);
    const reading = context({ resumeAfter: String(NOW_US - 60 * SECOND_US), once: true });

    await expect(read(reading, 100)).rejects.toThrow(
      new SourceError('Bluesky answers 503; 5 attempts in a row have failed: try again later.'),
    );
    expect(server.cursors).toHaveLength(9);
  });

  test('says whose connection fails', async () => {
    await server.close();
    const reading = context({ once: true });

    await expect(read(reading, 1)).rejects.toThrow(
      new SourceError(
        'The connection to Bluesky fails (ECONNREFUSED); 5 attempts in a row have failed: try again later.',
      ),
    );
    server = await jetstreamServer(clock.now);
  });

  test('ends when it is told to, also while it waits', async () => {
    server.plan({ kind: 'refuse', status: 503, body: '' });
    const reading = context();
    const done = take(bluesky, reading.context, 1);
    while (reading.notices.length === 0) await clock.settle();

    reading.stop.abort();

    expect(await done).toEqual([]);
  });
});
