import { describe, expect, inject, test } from 'vitest';

import type { BulkOperation } from '../../storage/search/bulk-request.ts';
import {
  expectedDocuments,
  generatedOperations,
  indexWorld,
  MOST_WRITING_MS,
  storedDocuments,
  writeAll,
  type IndexWorld,
} from '../support/bulk-world.ts';
import { startTestSearchServer, type TestSearchServer } from '../support/search-server.ts';

const search = inject('search');

const itemsOf = ({ answers }: IndexWorld) => answers.flat();

/** Writes everything, whatever happens meanwhile, and expects the index to hold exactly that. */
async function expectAllStored(
  world: IndexWorld,
  operations: readonly BulkOperation[],
  happens = Promise.resolve(),
): Promise<void> {
  const outcomes = await bothDone(writeAll(world.sink, operations), happens);
  expect(outcomes.flatMap(({ refused }) => refused)).toEqual([]);
  expect(outcomes.some(({ isBlocked }) => isBlocked)).toBe(false);
  expect(await storedDocuments(world.client)).toEqual(expectedDocuments(operations));
}

/** Waits for both even where one fails, as neither may outlive the server. @returns what the first one gives */
async function bothDone<T>(first: Promise<T>, second: Promise<void>): Promise<T> {
  await Promise.allSettled([first, second]);
  await second;
  return first;
}

/** Kills the server with a request under way and starts it again, while others write. */
async function killInMidBulk(server: TestSearchServer, world: IndexWorld, afterRequests: number): Promise<void> {
  await expect.poll(() => world.requests(), { timeout: 60_000, interval: 1 }).toBeGreaterThanOrEqual(afterRequests);
  await server.kill();
  await server.restart();
}

// Each starts a server of its own, one of them three times.
const TIMEOUT_MS = MOST_WRITING_MS + 240_000;

describe.skipIf('off' in search)('the bulk sink on a server with faults of its own', { timeout: TIMEOUT_MS }, () => {
  test('loses nothing and stores nothing twice when the server is killed in mid-bulk and started again, twice', async () => {
    await using server = await startTestSearchServer();
    const world = await indexWorld(server.url, { concurrency: 2, maxDocuments: 100 });
    const operations = generatedOperations(8_000, 6);
    const killed = (async () => {
      await killInMidBulk(server, world, 10);
      await killInMidBulk(server, world, world.requests() + 10);
    })();
    await expectAllStored(world, operations, killed);

    // What it has acknowledged survives, and comes back with the same versions.
    expect(await storedDocuments(world.client)).toEqual(expectedDocuments(operations));
    expect(world.requests()).toBeGreaterThan(world.answers.length);
  });

  test('tries again what a full write queue does not take', async () => {
    await using server = await startTestSearchServer({
      settings: { 'thread_pool.write.size': 1, 'thread_pool.write.queue_size': 1 },
    });
    const world = await indexWorld(server.url, { concurrency: 8, maxDocuments: 50 });
    await expectAllStored(world, generatedOperations(4_000, 7));

    expect(
      itemsOf(world).filter(({ status, type }) => status === 429 && type === 'rejected_execution_exception').length,
    ).toBeGreaterThan(0);
  });

  test('tries again whole requests that the indexing pressure does not take', async () => {
    await using server = await startTestSearchServer({ settings: { 'indexing_pressure.memory.limit': '60kb' } });
    const world = await indexWorld(server.url, { concurrency: 8, maxBytes: 20_000 });
    await expectAllStored(world, generatedOperations(2_000, 8));

    expect(world.requests()).toBeGreaterThan(world.answers.length);
  });

  test('stops at once when the disk is full, and stores all when there is room', async () => {
    await using server = await startTestSearchServer({
      settings: { 'cluster.routing.allocation.disk.threshold_enabled': true, 'cluster.info.update.interval': '10s' },
    });
    const world = await indexWorld(server.url, { maxDocuments: 100 });
    const operations = generatedOperations(2_000, 9);
    await writeAll(world.sink, operations.slice(0, 200));
    await setWatermarks(world, '900tb');
    const blocked = await untilBlocked(world, operations);

    expect(blocked.requests).toBe(1);
    expect(
      itemsOf(world)
        .filter(({ type }) => type === 'cluster_block_exception')
        .map(({ status }) => status),
    ).toContain(429);

    await setWatermarks(world, '1b');
    await expect
      .poll(async () => (await world.sink.write(operations.slice(0, 1), Date.now() + 5_000)).isBlocked, {
        timeout: 60_000,
        interval: 500,
      })
      .toBe(false);
    await expectAllStored(world, operations);
  });
});

/** Lets the server take its disk for full below so many free bytes. */
async function setWatermarks({ client }: IndexWorld, free: string): Promise<void> {
  const level = 'cluster.routing.allocation.disk.watermark';
  const persistent = { [`${level}.low`]: free, [`${level}.high`]: free, [`${level}.flood_stage`]: free };
  await client.cluster.putSettings({ body: { persistent } });
}

/** Writes until the server says that it is blocked; returns how many requests that write took. */
async function untilBlocked(world: IndexWorld, operations: readonly BulkOperation[]): Promise<{ requests: number }> {
  let requests = 0;
  const isBlocked = async (): Promise<boolean> => {
    const before = world.requests();
    const outcome = await world.sink.write(operations, Date.now() + 20_000);
    requests = world.requests() - before;
    return outcome.isBlocked;
  };
  await expect.poll(isBlocked, { timeout: 60_000, interval: 500 }).toBe(true);
  // The write that met the block may have begun before it.
  await isBlocked();
  return { requests };
}
