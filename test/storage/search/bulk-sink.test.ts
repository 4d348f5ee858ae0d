import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { BulkOperation } from '../../../storage/search/bulk-request.ts';
import { bulkSink, type BulkOutcome, type BulkSinkOptions } from '../../../storage/search/bulk-sink.ts';
import { anyTurn, operation, operations, scriptedServer, type ScriptedServerOptions } from './scripted-server.ts';

const MINUTE_MS = 60_000;

interface WriteOptions extends ScriptedServerOptions, Partial<Omit<BulkSinkOptions, 'send' | 'pause' | 'now'>> {
  readonly deadlineMs?: number;
}

/** Writes by a scripted server; returns what came out and what the server saw. */
async function write(documents: readonly BulkOperation[], options: WriteOptions = {}) {
  const { deadlineMs = 10 * MINUTE_MS, maxBytes, maxDocuments, concurrency, ...script } = options;
  const server = scriptedServer(script);
  const limits = {
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxDocuments !== undefined && { maxDocuments }),
    ...(concurrency !== undefined && { concurrency }),
  };
  const outcome = await bulkSink({ ...server, ...limits }).write(documents, deadlineMs);
  return { outcome, server };
}

const idsOf = (documents: readonly BulkOperation[]) => documents.map(({ id }) => id);

function parts(outcome: BulkOutcome<BulkOperation>) {
  return {
    ...outcome,
    refused: outcome.refused.map(({ operation: { id }, detail }) => `${id}: ${detail}`),
    unfinished: idsOf(outcome.unfinished),
  };
}

const NOTHING = { stored: 0, stale: 0, refused: [], unfinished: [], isBlocked: false };

describe('the bulk sink', () => {
  test('sends nothing for no documents', async () => {
    const { outcome, server } = await write([]);

    expect(outcome).toEqual(NOTHING);
    expect(server.seen).toEqual([]);
  });

  test('stores what the server takes, in one request', async () => {
    const { outcome, server } = await write(operations(3));

    expect(outcome).toEqual({ ...NOTHING, stored: 3 });
    expect(server.seen).toHaveLength(1);
  });

  test('decides for each document by itself', async () => {
    const items = [
      { status: 201 },
      { status: 409, type: 'version_conflict_engine_exception' },
      { status: 400, type: 'mapper_parsing_exception', field: 'author.followers' },
      { status: 429, type: 'rejected_execution_exception' },
    ];
    const { outcome, server } = await write(operations(4), { turns: [{ items }] });

    expect(parts(outcome)).toEqual({
      ...NOTHING,
      stored: 2,
      stale: 1,
      refused: ['twitter:2: 400 mapper_parsing_exception in author.followers'],
    });
    expect(server.seen.map(({ ids }) => ids)).toEqual([idsOf(operations(4)), ['twitter:3']]);
  });

  test('waits longer before each attempt, and gives up after six', async () => {
    const attempts: number[] = [];
    const server = scriptedServer({ turns: Array.from({ length: 20 }, () => ({ fails: { status: 503 } })) });
    const pause = async (attempt: number) => void attempts.push(attempt);
    const outcome = await bulkSink({ ...server, pause }).write(operations(2), MINUTE_MS);

    expect(parts(outcome)).toEqual({ ...NOTHING, unfinished: ['twitter:0', 'twitter:1'] });
    expect(server.seen).toHaveLength(6);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  test('spares a server that took nothing of a chunk the other chunks', async () => {
    const turns = Array.from({ length: 50 }, () => ({ fails: {} }));
    const { outcome, server } = await write(operations(10), { turns, maxDocuments: 1 });

    expect(outcome.unfinished).toHaveLength(10);
    expect(server.seen).toHaveLength(6);
  });

  test('goes on to the other chunks where one document alone is not taken', async () => {
    const busy = { status: 503, type: 'unavailable_shards_exception' };
    const turns = [{ items: [{ status: 201 }, busy] }, ...Array.from({ length: 5 }, () => ({ items: [busy] }))];
    const { outcome } = await write(operations(2), { turns });
    expect(outcome).toMatchObject({ stored: 1 });

    const one = await write(operations(6), { turns: [{ items: [{ status: 201 }, busy] }], maxDocuments: 2 });
    expect(one.outcome).toEqual({ ...NOTHING, stored: 6 });
  });

  test.each([
    {
      when: 'an item',
      turn: { items: [{ status: 201 }, { status: 429, type: 'cluster_block_exception' }] },
      stored: 1,
    },
    { when: 'the request', turn: { fails: { status: 403 } }, stored: 0 },
  ])('stops at once where $when says that the server is blocked', async ({ turn, stored }) => {
    const { outcome, server } = await write(operations(8), { turns: [turn, turn, turn], maxDocuments: 2 });

    expect(outcome).toMatchObject({ stored, isBlocked: true });
    expect(outcome.unfinished).toHaveLength(8 - stored);
    expect(server.seen).toHaveLength(1);
  });

  test('stops halving where the server is blocked', async () => {
    const turns = [{ fails: { status: 413 } }, { fails: { status: 403 } }];
    const { outcome, server } = await write(operations(8), { turns });

    expect(outcome).toMatchObject({ isBlocked: true, stored: 0 });
    expect(outcome.unfinished).toHaveLength(8);
    expect(server.seen).toHaveLength(2);
  });

  test('halves what is too large, down to a document that is refused alone', async () => {
    const { outcome, server } = await write(operations(5), { isBad: (id) => id === 'twitter:3' });

    expect(parts(outcome)).toEqual({
      ...NOTHING,
      stored: 4,
      refused: ['twitter:3: the server refuses a request with it alone'],
    });
    expect(server.seen.map(({ ids }) => ids.length)).toEqual([5, 3, 2, 1, 1]);
  });

  test('lets a server answer no longer than there is time', async () => {
    const { server } = await write(operations(1), { deadlineMs: 700, turns: [{ fails: {} }] });
    const long = await write(operations(1));

    expect(server.seen.map(({ timeoutMs }) => timeoutMs)).toEqual([700, 590]);
    expect(long.server.seen[0]?.timeoutMs).toBe(30_000);
  });

  test('begins nothing where the deadline is over', async () => {
    const { outcome, server } = await write(operations(2), { deadlineMs: 0 });

    expect(outcome.unfinished).toHaveLength(2);
    expect(server.seen).toEqual([]);
  });

  test('pauses no longer than to the deadline, and sends nothing then', async () => {
    const turns = [{ fails: {} }, { fails: {} }];
    const { outcome, server } = await write(operations(1), { turns, pauseMs: 5_000, deadlineMs: 1_000 });

    expect(outcome.unfinished).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
    expect(server.now()).toBe(1_000);
  });

  test('has each request made ready before the one in front of it is sent, and never one that is further ahead', async () => {
    const server = scriptedServer();
    const events: string[] = [];
    const send = Object.assign(
      (sent: readonly BulkOperation[], timeoutMs: number) => {
        events.push(`send ${idsOf(sent).join()}`);
        return server.send(sent, timeoutMs);
      },
      { prepare: (sent: readonly BulkOperation[]) => void events.push(`prepare ${idsOf(sent).join()}`) },
    );
    await bulkSink({ ...server, send, maxDocuments: 1 }).write(operations(3), MINUTE_MS);

    expect(events).toEqual([
      'prepare twitter:1',
      'send twitter:0',
      'prepare twitter:2',
      'send twitter:1',
      'send twitter:2',
    ]);
  });

  test('rejects with what is no answer of a server, such as missing credentials', async () => {
    const server = scriptedServer();
    const send = () => Promise.reject(new TypeError('no credentials'));

    await expect(bulkSink({ ...server, send }).write(operations(1), MINUTE_MS)).rejects.toThrow(TypeError);
  });
});

describe('whatever the server does', () => {
  const scenario = fc.record({
    turns: fc.array(anyTurn, { maxLength: 30 }),
    lengths: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
    maxBytes: fc.integer({ min: 200, max: 3_000 }),
    maxDocuments: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    deadlineMs: fc.oneof(fc.constant(10 * MINUTE_MS), fc.integer({ min: 0, max: 2_000 })),
    pauseMs: fc.integer({ min: 0, max: 500 }),
    answerMs: fc.integer({ min: 0, max: 500 }),
  });

  test('every document ends in exactly one part, nothing is sent late or in requests that are too large', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ lengths, ...options }) => {
        const documents = lengths.map((length, n) => operation(n, length));
        const { outcome, server } = await write(documents, options);

        const named = [...idsOf(outcome.refused.map((refused) => refused.operation)), ...idsOf(outcome.unfinished)];
        expect(new Set(named).size).toBe(named.length);
        expect(named.length + outcome.stored + outcome.stale).toBe(documents.length);
        expect(server.mostAtOnce()).toBeLessThanOrEqual(options.concurrency);
        for (const { atMs, timeoutMs, bytes, ids } of server.seen) {
          expect(atMs).toBeLessThan(options.deadlineMs);
          expect(timeoutMs).toBeGreaterThan(0);
          expect(atMs + timeoutMs).toBeLessThanOrEqual(options.deadlineMs);
          expect(ids.length).toBeLessThanOrEqual(options.maxDocuments);
          expect(bytes <= options.maxBytes || ids.length === 1).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what is unfinished is stored when it is written again', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ lengths, ...options }) => {
        const documents = lengths.map((length, n) => operation(n, length));
        const { outcome } = await write(documents, options);
        const again = await write(outcome.unfinished);

        expect(again.outcome).toEqual({ ...NOTHING, stored: outcome.unfinished.length });
        expect(outcome.isBlocked && outcome.unfinished.length === 0).toBe(false);
      }),
    );
  });

  test('halving finds exactly the bad ones, in any place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (drawn) => {
        const bad = [false, ...drawn];
        const isBad = (id: string) => bad[Number(id.slice('twitter:'.length))] === true;
        const { outcome } = await write(operations(bad.length), { isBad, maxDocuments: 16 });
        const refused = outcome.refused.map((each) => each.operation.id);

        expect(refused).toEqual(idsOf(operations(bad.length)).filter(isBad));
        expect(outcome.stored).toBe(bad.length - refused.length);
        expect(outcome.unfinished).toEqual([]);
      }),
    );
  });

  test('a server that refuses whatever it is sent is blocked: no document is to blame', async () => {
    for (const count of [1, 19, 500]) {
      const { outcome, server } = await write(operations(count), { isBad: () => true, maxDocuments: 16 });

      expect([outcome.isBlocked, outcome.refused]).toEqual([true, []]);
      expect(outcome.unfinished).toHaveLength(count);
      expect(server.seen.length).toBeLessThan(100);
    }
  });

  test('a blocked server gets one request for each that was under way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 50 }), async (concurrency, count) => {
        const turns = Array.from({ length: 200 }, () => ({ fails: { status: 403, type: 'cluster_block_exception' } }));
        const { outcome, server } = await write(operations(count), { turns, concurrency, maxDocuments: 1 });

        expect(outcome.isBlocked).toBe(true);
        expect(outcome.unfinished).toHaveLength(count);
        expect(server.seen.length).toBeLessThanOrEqual(concurrency);
      }),
    );
  });
});
