import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { networkSource } from '../../../producers/network/network-source.ts';
import type { Network, ReadContext, Received } from '../../../producers/network/network.ts';
import { recordTo, replayOf } from '../../../producers/network/recording.ts';
import { SourceError } from '../../../producers/source-error.ts';
import { readContext } from '../../support/networks/read-context.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const NOW_MS = Date.parse('2026-11-20T17:40:00.000Z');

/** A network that delivers numbers for ever, and says when it is let go. */
function counting() {
  const state = { isEnded: false, delivered: 0 };
  const network: Network = {
    async *read({ signal }) {
      signal.addEventListener('abort', () => (state.isEnded = true));
      for (; !signal.aborted;) {
        state.delivered += 1;
        yield await Promise.resolve({ payload: state.delivered, cursor: String(state.delivered) });
      }
    },
    normalise: () => ({ kind: 'ignored', what: 'all' }),
  };
  return { state, network };
}

function open(network: Network, options: { limit?: number; record?: (received: Received) => Promise<void> } = {}) {
  const { context } = readContext(virtualClock(NOW_MS));
  return networkSource({
    network,
    context,
    toItems: ({ payload, receivedAt }) => [{ kind: 'event', value: { payload, receivedAt }, place: String(payload) }],
    ...options,
  });
}

const { signal } = new AbortController();

describe('a network as a source', () => {
  test('ends after the last event that is wanted, and lets the network go', async () => {
    const { state, network } = counting();

    const items = await Array.fromAsync(open(network, { limit: 3 })({ signal }));

    expect(items).toHaveLength(3);
    expect(state).toEqual({ isEnded: true, delivered: 3 });
  });

  test('lets the network go where nobody reads on', async () => {
    const { state, network } = counting();

    for await (const _ of open(network)({ signal })) break;

    expect(state.isEnded).toBe(true);
  });

  test('hands the cursor of the last run to the network', async () => {
    let asked: string | undefined;
    const network: Network = {
      async *read({ resumeAfter }: ReadContext) {
        asked = resumeAfter;
        yield await Promise.resolve({ payload: 1 });
      },
      normalise: () => ({ kind: 'ignored', what: 'all' }),
    };

    await Array.fromAsync(open(network)({ signal, resumeAfter: '42' }));

    expect(asked).toBe('42');
  });
});

describe('a recording', () => {
  async function recorded(): Promise<string> {
    const path = join(await mkdtemp(join(tmpdir(), 'recording-')), 'x.jsonl');
    const recording = await recordTo(path, 'bluesky');
    await Array.fromAsync(open(counting().network, { limit: 3, record: (each) => recording.record(each) })({ signal }));
    await recording.close();
    return path;
  }

  test('has a line with the time for everything that came', async () => {
    const lines = (await readFile(await recorded(), 'utf8')).trim().split('\n');

    expect(lines.map((line) => JSON.parse(line))).toEqual(
      [1, 2, 3].map((payload) => ({ source: 'bluesky', received_at: '2026-11-20T17:40:00.000Z', payload })),
    );
  });

  test('is replayed with its times, and ends', async () => {
    const replay = replayOf(await recorded(), 'bluesky', counting().network);

    const items = await Array.fromAsync(open(replay)({ signal }));

    expect(items).toMatchObject(
      [1, 2, 3].map((payload) => ({ value: { payload, receivedAt: '2026-11-20T17:40:00.000Z' } })),
    );
  });

  test('has no line for a cursor alone', async () => {
    const network: Network = {
      async *read() {
        yield await Promise.resolve({ cursor: '1' });
        yield { payload: null, cursor: '2' };
      },
      normalise: () => ({ kind: 'ignored', what: 'all' }),
    };
    const recorded: unknown[] = [];
    const record = async ({ payload }: Received): Promise<void> => void recorded.push(payload);

    expect(await Array.fromAsync(open(network, { record })({ signal }))).toHaveLength(2);
    expect(recorded).toEqual([null]);
  });

  test('that was cut short is replayed up to there, and the rest told', async () => {
    const path = await recorded();
    await appendFile(path, '{"received_at":"2026-1');
    const { context, notices } = readContext(virtualClock(NOW_MS));

    expect(await Array.fromAsync(replayOf(path, 'bluesky', counting().network).read(context))).toHaveLength(3);
    expect(notices).toEqual([`Line 4 of ${path} is damaged, and left out.`]);
  });

  test('that is not there is told', async () => {
    const { context } = readContext(virtualClock(NOW_MS));

    await expect(
      Array.fromAsync(replayOf('nowhere.jsonl', 'bluesky', counting().network).read(context)),
    ).rejects.toThrow(new SourceError('The recording nowhere.jsonl cannot be read (ENOENT).'));
  });

  test('of another network is not taken for one of this', async () => {
    const path = await recorded();
    const { context } = readContext(virtualClock(NOW_MS));

    await expect(Array.fromAsync(replayOf(path, 'wikimedia', counting().network).read(context))).rejects.toThrow(
      new SourceError(`${path} is a recording of bluesky: replay it with npm run producer:bluesky.`),
    );
  });

  test.each([
    ['a text', 'one\ntwo\n'],
    ['a long text', 'line\n'.repeat(500)],
    ['printed events', '{"v":1,"id":"bluesky:1"}\n'],
    ['nothing', ''],
  ])('is not %s', async (_, content) => {
    const path = join(await mkdtemp(join(tmpdir(), 'recording-')), 'x.jsonl');
    await appendFile(path, content);
    const { context, notices } = readContext(virtualClock(NOW_MS));

    await expect(Array.fromAsync(replayOf(path, 'bluesky', counting().network).read(context))).rejects.toThrow(
      new SourceError(`${path} is no recording: --replay reads what --record has written.`),
    );
    expect(notices.length).toBeLessThanOrEqual(3);
  });

  test.each([['no-such-folder/x.jsonl'], ['']])(
    'that cannot be written is told before anything is read: %s',
    async (path) => {
      await expect(recordTo(join(tmpdir(), path), 'bluesky')).rejects.toThrow(/cannot be written/);
    },
  );
});
