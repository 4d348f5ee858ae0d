import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { seededRandom } from '../../../../producers/sources/generator/random.ts';
import { openBudget } from '../../../../producers/sources/twitter/budget.ts';
import { openPostStream } from '../../../../producers/sources/twitter/post-stream.ts';
import { drive } from '../../../support/networks/drive.ts';
import { readContext } from '../../../support/networks/read-context.ts';
import { cutAt, xId, xLines, xMessage } from '../../../support/networks/x-posts.ts';
import { xServer, type XServer } from '../../../support/networks/x-server.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const LARGE = { postsPerDay: 1e8, postsPerMonth: 1e8, dollarsPerPost: 0, whenShort: 'stop' } as const;
const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');

let clock: VirtualClock;
let server: XServer;

beforeEach(async () => {
  clock = virtualClock(NOW_MS);
  server = await xServer();
});

afterEach(() => server.close());

function context() {
  return readContext(clock, {
    addresses: { TWITTER_API_URL: server.url },
    credentials: { values: { TWITTER_BEARER_TOKEN: 'token' }, renew: async () => undefined },
  }).context;
}

interface Reading {
  readonly messages: unknown[];
  readonly failure: unknown;
}

/** Reads a stream to its end. */
async function readAll(pause?: () => Promise<void>): Promise<Reading> {
  const messages: unknown[] = [];
  const work = async (): Promise<Reading> => {
    const reading = context();
    const stream = await openPostStream(reading, await openBudget(LARGE, reading));
    try {
      for await (const message of stream.messages()) {
        messages.push(message);
        await pause?.();
      }
      throw new Error('a stream ends with a failure');
    } catch (failure) {
      return { messages, failure };
    } finally {
      stream.close();
    }
  };
  return drive(clock, work(), () => server.isIdle());
}

function posts(count: number): object[] {
  return Array.from({ length: count }, (_, i) => xMessage(xId(NOW_MS, i), `cat ${i} 😺 été 👩‍👩‍👧 ${'x'.repeat(i % 40)}`));
}

describe('a stream of X', () => {
  test('delivers every post as it was sent, wherever the chunks are cut', async () => {
    const pair = posts(2);
    const bytes = xLines(pair);
    const chunks = Array.from({ length: bytes.length + 1 }, (_, i) => cutAt(bytes, [i])).flat();
    server.plan({ kind: 'send', chunks, end: 'close' });

    const { messages } = await readAll();

    expect(messages).toHaveLength(2 * (bytes.length + 1));
    for (const [i, message] of messages.entries()) expect(message).toEqual(pair[i % 2]);
  });

  test('delivers every post through two cuts anywhere, single bytes and heartbeats', async () => {
    const pair = posts(2);
    const bytes = xLines(pair);
    const place = fc.integer({ min: 0, max: bytes.length });
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 12 }), fc.boolean(), async (places, hasHeartbeat) => {
        const sorted = places.toSorted((a, b) => a - b);
        const heartbeat = hasHeartbeat ? [Buffer.from('\r\n')] : [];
        server.plan({ kind: 'send', chunks: [...heartbeat, ...cutAt(bytes, sorted), ...heartbeat], end: 'close' });

        expect((await readAll()).messages).toEqual(pair);
      }),
      { numRuns: 60 },
    );
  });

  test('loses and alters none of 100,000 posts over random chunks', async () => {
    const all = posts(100_000);
    const random = seededRandom(7);
    const bytes = xLines(all);
    const places: number[] = [];
    for (let at = 0; at < bytes.length; at += 1 + random.below(600)) places.push(at);
    server.plan({ kind: 'send', chunks: cutAt(bytes, places), end: 'close' });

    const { messages } = await readAll();

    expect(messages).toHaveLength(all.length);
    expect(messages.findIndex((message, i) => JSON.stringify(message) !== JSON.stringify(all[i]))).toBe(-1);
  }, 60_000);

  test('is not read while nobody takes its posts, and loses none', async () => {
    const all = posts(20_000);
    server.plan({ kind: 'send', chunks: [xLines(all)], end: 'close' });
    let taken = 0;

    const { messages } = await readAll(async () => {
      taken += 1;
      if (taken % 1_000 === 0) await clock.settle();
    });

    expect(messages).toHaveLength(all.length);
  });

  test('hands on a line that is no JSON, to be rejected, and goes on', async () => {
    const [post = {}] = posts(1);
    server.plan({ kind: 'send', chunks: [Buffer.from('{"data":\r\n'), xLines([post])], end: 'close' });

    expect((await readAll()).messages).toEqual(['unreadable', post]);
  });

  test.each([
    ['close', 'X has closed the stream'],
    ['break', 'The connection to X broke'],
    ['silence', 'X was silent for 22 s'],
  ] as const)('ends with what happened: %s', async (end, what) => {
    const [post = {}] = posts(1);
    server.plan({ kind: 'send', chunks: [xLines([post])], end });

    const { messages, failure } = await readAll();

    expect(messages).toEqual([post]);
    expect(failure).toMatchObject({ failure: { kind: 'dropped' } });
    // How a closed socket is told differs with the moment at which it is closed.
    if (end === 'silence') expect(failure).toMatchObject({ failure: { what } });
  });

  test('ends where X says so within the stream, and delivers what came before', async () => {
    const [post = {}] = posts(1);
    const error = { errors: [{ title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect' }] };
    server.plan({ kind: 'send', chunks: [xLines([post, error])], end: 'close' });

    const { messages, failure } = await readAll();

    expect(messages).toEqual([post]);
    expect(failure).toMatchObject({
      failure: { kind: 'dropped', what: 'X ends the stream (UpstreamOperationalDisconnect)' },
    });
  });

  test('takes a post with errors for a post', async () => {
    const post = { ...posts(1)[0], errors: [{ title: 'Not Found Error', resource_id: '404' }] };
    server.plan({ kind: 'send', chunks: [xLines([post])], end: 'close' });

    expect((await readAll()).messages).toEqual([post]);
  });

  test('is given up where nothing is answered for half a minute', async () => {
    server.plan({ kind: 'hang' });

    const reading = context();
    const opening = openPostStream(reading, await openBudget(LARGE, reading));
    await expect(drive(clock, opening, () => server.isIdle())).rejects.toMatchObject({
      failure: { kind: 'network', what: 'X takes the connection and does not answer' },
    });
    expect(clock.now() - NOW_MS).toBe(30_000);
  });

  test('that is compressed all the same and breaks ends at once, not when it is found silent', async () => {
    const chunks = [gzipSync(xLines(posts(50))).subarray(0, 400)];
    server.plan({ kind: 'send', chunks, end: 'break', encoding: 'gzip' });

    expect((await readAll()).failure).toMatchObject({ failure: { kind: 'dropped' } });
    expect(clock.now()).toBe(NOW_MS);
  });

  test('asks for no compression, which would hide a broken connection', async () => {
    server.plan({ kind: 'send', chunks: [], end: 'close' });

    await readAll();

    expect(server.encodings).toEqual([undefined]);
  });
});
