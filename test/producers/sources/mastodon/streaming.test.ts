import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SourceError } from '../../../../producers/source-error.ts';
import type { Received } from '../../../../producers/network/network.ts';
import { ids, idsOf, makeWorld, MINUTE_MS, NOW_MS, SECOND_MS, statusAt, statuses, type World } from './world.ts';

const STREAM = '/api/v1/streaming/public/local';
const SILENCE_MS = MINUTE_MS;
const credentials = { values: { MASTODON_TOKEN: 'token' }, renew: async () => undefined };

let world: World;

beforeEach(async () => {
  world = await makeWorld();
});

afterEach(() => world.server.close());

function context(overrides: Parameters<World['context']>[0] = {}) {
  return world.context({ credentials, ...overrides });
}

function cursor(id: string): string {
  return JSON.stringify({ [`${new URL(world.server.url).host} local`]: id });
}

/** Does something once a stream is open and what came before has been read. */
async function onceOpen(work: () => void | Promise<void>, afterMs = 100): Promise<void> {
  await world.clock.sleep(afterMs);
  while (world.server.openStreams() === 0) await world.clock.sleep(100);
  await work();
}

function messages(received: readonly Received[]): unknown[] {
  return received.map(({ payload }) => {
    const { event, data } = payload as { readonly event: string; readonly data: unknown };
    return [event, data];
  });
}

describe('a reader with a token', () => {
  test('fills the gap since the last run, and goes on live', async () => {
    const old = statuses(90);
    const live = [statusAt(SECOND_MS), statusAt(2 * SECOND_MS)];
    world.server.addUnsent(...old);
    const adding = onceOpen(() => world.server.add(...live));

    const received = await world.read(context({ resumeAfter: cursor('1') }), 92);
    await adding;

    expect(ids(received)).toEqual(idsOf([...old, ...live]));
    expect(received.at(-1)?.cursor).toBe(cursor(statusAt(2 * SECOND_MS).id));
    const asked = world.server.asked.find(({ path }) => path === STREAM);
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer token',
      accept: 'text/event-stream',
      'user-agent': 'test',
    });
  });

  test('reads all that the server knows where it is told to', async () => {
    const adding = onceOpen(() => world.server.add(statusAt(1)));

    await world.read(context({ flags: { remote: true } }), 1);
    await adding;

    expect(world.server.asked.map(({ path }) => path)).toContain('/api/v1/streaming/public');
  });

  test('delivers edits, deletes with all their digits, and what it does not know', async () => {
    const edit = { ...statusAt(1), edited_at: '2026-11-20T17:40:01.000Z' };
    const adding = onceOpen(() => {
      world.server.add(statusAt(1));
      world.server.send('status.update', JSON.stringify(edit));
      world.server.send('delete', '107214471804101576');
      world.server.send('filters_changed', 'undefined');
      world.server.send('update', '{"half":');
    });

    const received = await world.read(context(), 5);
    await adding;

    expect(messages(received)).toEqual([
      ['update', statusAt(1)],
      ['status.update', edit],
      ['delete', '107214471804101576'],
      ['filters_changed', 'undefined'],
      ['update', '{"half":'],
    ]);
    expect(new Set(received.map((each) => each.cursor))).toEqual(new Set([cursor(statusAt(1).id)]));
  });

  test('reads events that are cut at any byte', async () => {
    const status = { ...statusAt(1), content: 'a 😺 é\u2028 b' };
    const bytes = Buffer.from(`:thump\nevent: update\r\ndata: ${JSON.stringify(status)}\n\n`);
    const adding = onceOpen(async () => {
      for (const byte of bytes) {
        await world.clock.sleep(1);
        world.server.sendBytes(Uint8Array.of(byte));
      }
    });

    expect(messages(await world.read(context(), 1))).toEqual([['update', status]]);
    await adding;
  });

  test.each([
    ['inside a character', () => world.server.breakStreams()],
    ['in good order', () => world.server.endStreams()],
  ])('fills the gap where the stream ends %s', async (_, end) => {
    const [whole, cut, missed, last] = [statusAt(1_000), statusAt(2_000), statusAt(3_000), statusAt(9_000)];
    const breaking = onceOpen(async () => {
      world.server.add(whole);
      const bytes = Buffer.from(`event: update\ndata: ${JSON.stringify({ ...cut, content: '😺' })}`);
      world.server.sendBytes(bytes.subarray(0, bytes.indexOf('😺') + 2));
      await world.clock.sleep(100);
      world.server.addUnsent(cut, missed);
      end();
      await world.clock.sleep(3_000);
      world.server.add(last);
    });
    const reading = context();

    const received = await world.read(reading, 4);
    await breaking;

    expect(messages(received)).toEqual([whole, cut, missed, last].map((status) => ['update', status]));
    expect(reading.notices).toEqual([expect.stringMatching(/; connecting again in 1 s\.$/)]);
    expect(reading.counts.get('reconnects')).toBe(1);
  });

  test('loses nothing of what is written while it connects, and delivers it once', async () => {
    world.server.addUnsent(statusAt(0));
    // Both in the page that fills the gap and in the stream.
    world.server.disturb('/api/v1/timelines/public', { kind: 'hang' });
    const adding = onceOpen(() => world.server.add(statusAt(1), statusAt(2)), 10 * SECOND_MS);

    expect(ids(await world.read(context(), 3))).toEqual([statusAt(0).id, statusAt(1).id, statusAt(2).id]);
    await adding;
  });

  test('keeps a connection that thumps, and gives a silent one up after a minute', async () => {
    const reading = context();
    const thumping = onceOpen(async () => {
      for (let i = 0; i < 20; i++) {
        world.server.sendBytes(Buffer.from(':thump\n'));
        await world.clock.sleep(15 * SECOND_MS);
      }
      expect(reading.notices).toEqual([]);
      await world.clock.sleep(MINUTE_MS);
      expect(reading.notices).toEqual(['Mastodon was silent for 60 s; connecting again in 1 s.']);
      world.server.add(statusAt(1));
    });

    expect(await world.read(reading, 1)).toHaveLength(1);
    await thumping;
  });

  test('gives a connection up that is accepted and never answered', async () => {
    world.server.planStreams({ kind: 'hang' });
    world.server.addUnsent(statusAt(1));
    const reading = context();

    await world.read(reading, 1);

    expect(world.clock.now()).toBe(NOW_MS + SILENCE_MS + SECOND_MS);
    expect(reading.notices).toEqual(['Mastodon was silent for 60 s; connecting again in 1 s.']);
  });

  test('loses nothing over a kill after any number of events', async () => {
    const old = statuses(45);
    const live = [1, 2, 3, 4].map((s) => statusAt(s * SECOND_MS));
    for (let count = 1; count <= 49; count += 3) {
      await world.server.close();
      world = await makeWorld();
      world.server.addUnsent(...old);
      let isLive = false;
      void onceOpen(() => {
        isLive = true;
        world.server.add(...live);
      });
      const before = await world.read(context({ resumeAfter: cursor('1') }), count);
      if (!isLive) world.server.addUnsent(...live);

      const after = await world.read(context({ resumeAfter: before.at(-1)?.cursor, once: true }), Infinity);

      expect(isLive).toBe(count > 45);
      expect(new Set([...ids(before), ...ids(after)])).toEqual(new Set(idsOf([...old, ...live])));
    }
  });

  test('read once reads the timeline alone', async () => {
    world.server.addUnsent(...statuses(50));

    expect(await world.read(context({ once: true, resumeAfter: cursor('1') }), Infinity)).toHaveLength(50);
    expect(world.server.asked.map(({ path }) => path)).not.toContain(STREAM);
  });

  test('ends when it is told to, in the middle of a stream', async () => {
    const reading = context();
    const stopping = onceOpen(() => reading.stop.abort());

    expect(await world.read(reading, 1)).toEqual([]);
    await stopping;
  });
});

describe('a stream that does not come', () => {
  test('is asked for later and later, and at least every minute', async () => {
    const down = { kind: 'answer', status: 503, body: '<h1>503</h1>' } as const;
    world.server.planStreams(...Array.from({ length: 8 }, () => down));
    world.server.addUnsent(statusAt(1));
    const reading = context();

    await world.read(reading, 1);

    expect(reading.notices).toEqual(
      [1, 2, 4, 8, 16, 32, 60, 60].map((s) => `Mastodon answers 503; connecting again in ${s} s.`),
    );
    expect(world.clock.now() - NOW_MS).toBe((1 + 2 + 4 + 8 + 16 + 32 + 60 + 60) * SECOND_MS);
  });

  test('begins anew with short waits after a healthy minute', async () => {
    const down = { kind: 'answer', status: 503, body: '' } as const;
    world.server.planStreams(down, down, down);
    const reading = context();
    const breaking = onceOpen(async () => {
      await world.clock.sleep(50 * SECOND_MS);
      world.server.sendBytes(Buffer.from(':thump\n'));
      await world.clock.sleep(20 * SECOND_MS);
      world.server.addUnsent(statusAt(1));
      world.server.endStreams();
    }, 8 * SECOND_MS);

    await world.read(reading, 1);
    await breaking;

    expect(reading.notices.at(-1)).toBe('Mastodon has closed the stream; connecting again in 1 s.');
    expect(reading.notices).toHaveLength(4);
  });

  test.each([
    ['HTML', { status: 200, body: '<html>' }, 'Mastodon answers something that is no stream; connecting again in 1 s.'],
    [
      'a limit',
      { status: 429, headers: { 'x-ratelimit-reset': '2026-11-20T17:42:00.000Z' }, body: '' },
      'Mastodon is asked too often; connecting again in 120 s.',
    ],
  ])('because of %s is asked for again', async (_, answer, notice) => {
    world.server.planStreams({ kind: 'answer', ...answer });
    world.server.addUnsent(statusAt(1));
    const reading = context();

    await world.read(reading, 1);

    expect(reading.notices).toEqual([notice]);
  });

  test('because its timeline fails is asked for again', async () => {
    world.server.disturb('/api/v1/timelines/public', { kind: 'answer', status: 500, body: '' }, { kind: 'cut' });
    world.server.addUnsent(statusAt(1));
    const reading = context();

    await world.read(reading, 1);

    expect(reading.notices[0]).toBe('Mastodon answers 500; connecting again in 1 s.');
    expect(reading.notices[1]).toMatch(/does not answer \(.+\); connecting again in 2 s\.$/);
  });

  test('because the token is wrong tells a person what to do', async () => {
    const wrong = { ...credentials, values: { MASTODON_TOKEN: 'wrong' } };

    await expect(world.read(context({ credentials: wrong }), 1)).rejects.toThrow(
      new SourceError(
        'Mastodon refuses us (401): set MASTODON_TOKEN to a valid access token with the scope read:statuses, or MASTODON_URL to a server whose timelines anybody may read.',
      ),
    );
  });

  test.each([['ws://stream.example'], ['http://stream.example'], ['ftp://127.0.0.1']])(
    'is not asked for at %s, where others could read the token',
    async (address) => {
      world.server.setStreaming(address);

      await expect(world.read(context(), 1)).rejects.toThrow(
        new SourceError(
          'The streams of this server are not encrypted: set MASTODON_URL to another server, or take MASTODON_TOKEN away.',
        ),
      );
    },
  );

  test('is asked for at the server itself where that does not say where', async () => {
    world.server.setStreaming(undefined);
    world.server.addUnsent(statusAt(1));

    expect(await world.read(context(), 1)).toHaveLength(1);
  });
});
