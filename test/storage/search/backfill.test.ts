import { describe, expect, test } from 'vitest';

import { searchEngine } from '../../../core/search/search-engine.ts';
import { TransientStoreError } from '../../../storage/errors.ts';
import { backfill } from '../../../storage/search/backfill.ts';
import type { BulkSink } from '../../../storage/search/bulk-sink.ts';
import { lakeOf, makeSearchSettings } from '../../support/index-world.ts';
import { makePost } from '../../support/make-event.ts';

const MINUTE_MS = 60_000;
const DAY = { fromMs: Date.UTC(2026, 10, 20), toMs: Date.UTC(2026, 10, 21) };
const KEY = 'raw/year=2026/month=11/day=20/large.jsonl';

/** Indexes one object with a server that takes so long for each batch of a thousand. */
function slowBackfill(documents: number, batchMs: number) {
  let nowMs = DAY.toMs;
  const written: string[] = [];
  const sink: BulkSink = {
    async write(operations, deadlineMs) {
      const isInTime = nowMs + batchMs <= deadlineMs;
      nowMs = isInTime ? nowMs + batchMs : Math.max(nowMs, deadlineMs);
      if (isInTime) written.push(...operations.map(({ id }) => id));
      const stored = isInTime ? operations.length : 0;
      return { stored, stale: 0, refused: [], unfinished: isInTime ? [] : operations, isBlocked: false };
    },
  };
  const settings = makeSearchSettings();
  const index = {
    sink,
    settings,
    engine: searchEngine(settings),
    now: () => nowMs,
    keepRejected: async () => undefined,
  };
  const lines = Array.from({ length: documents }, (_, i) => JSON.stringify(makePost({ id: `twitter:${i}` })));
  const lake = lakeOf(new Map([[KEY, Buffer.from(lines.join('\n'))]]), () => DAY.toMs);
  const done = backfill({ lake, index, pause: async () => undefined, onProgress: () => undefined }, DAY);
  return { done, written, tookMs: () => nowMs - DAY.toMs };
}

describe('an object of the lake', () => {
  test('may take longer than a function may run: each post of it is indexed once', async () => {
    const { done, written, tookMs } = slowBackfill(20_000, 2 * MINUTE_MS);

    expect((await done).counts.indexed).toBe(20_000);
    expect(tookMs()).toBe(40 * MINUTE_MS);
    expect(new Set(written).size).toBe(written.length);
  });

  test('of which the server takes nothing in time is given up with an error', async () => {
    const { done, written } = slowBackfill(1_000, 11 * MINUTE_MS);

    await expect(done).rejects.toThrow(TransientStoreError);
    expect(written).toEqual([]);
  });
});
