import { expect, test } from 'vitest';

import { TransientStoreError } from '../../../storage/errors.ts';
import type { BulkOperation } from '../../../storage/search/bulk-request.ts';
import type { BulkSink } from '../../../storage/search/bulk-sink.ts';
import { kinesisEvent } from '../../support/aws/kinesis-event.ts';
import { indexWorld, makeSearchSettings } from '../../support/index-world.ts';
import { makeDelete, makePost } from '../../support/make-event.ts';

const NOW_MS = Date.parse('2026-11-20T18:00:00.000Z');
const NOTHING = { stored: 0, stale: 0, refused: [], unfinished: [], isBlocked: false };

/** A sink that remembers what it is given, and does with each document as it is told. */
function scriptedSink(
  fate: (operation: BulkOperation) => 'stored' | 'stale' | 'refused' | 'unfinished' = () => 'stored',
) {
  const written: BulkOperation[] = [];
  const deadlines: number[] = [];
  const sink: BulkSink = {
    async write(operations, deadlineMs) {
      written.push(...operations);
      deadlines.push(deadlineMs);
      const of = (wanted: string) => operations.filter((operation) => fate(operation) === wanted);
      return {
        stored: of('stored').length,
        stale: of('stale').length,
        refused: of('refused').map((operation) => ({ operation, detail: '400 mapper_parsing_exception' })),
        unfinished: of('unfinished'),
        isBlocked: false,
      };
    },
  };
  return { sink, written, deadlines };
}

function batch(...records: readonly unknown[]) {
  return kinesisEvent(
    records.map((record, i) => ({
      shardId: 'shardId-000000000000',
      sequenceNumber: String(i + 1),
      partitionKey: 'p',
      arrivedAtMs: NOW_MS,
      data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
    })),
  );
}

test('an event becomes a document of its month, with the moment of its observation as version', async () => {
  const { sink, written, deadlines } = scriptedSink();
  const world = indexWorld(sink, makeSearchSettings({ alias: 'nba-posts' }), NOW_MS);

  expect(await world.stream(batch(makePost({ text: 'hello' }), makeDelete()))).toEqual({ batchItemFailures: [] });

  const version = 2 * Date.parse('2026-11-20T17:38:45.000Z');
  expect(written).toMatchObject([
    { id: 'twitter:1', index: 'nba-posts-2026.11', version },
    { id: 'twitter:1', index: 'nba-posts-2026.11', version: version + 1 },
  ]);
  expect(JSON.parse(written[1]?.json ?? '')).toEqual({
    id: 'twitter:1',
    source: 'twitter',
    created_at: '2026-11-20T17:38:40.000Z',
    observed_at: '2026-11-20T17:38:45.000Z',
    deleted: true,
  });
  expect(deadlines).toEqual([NOW_MS + 58_000]);
});

test('what the server did not take is asked for again, from the first such record on', async () => {
  const world = indexWorld(
    scriptedSink(({ id }) => (id === 'twitter:2' ? 'unfinished' : 'stored')).sink,
    undefined,
    NOW_MS,
  );

  const answer = await world.stream(batch(...['1', '2', '3'].map((n) => makePost({ id: `twitter:${n}` }))));

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(world.reports).toMatchObject([{ counts: { indexed: 2 }, unfinished: 1 }]);
});

test('what the server refuses is kept whole with the reason, and nothing is asked for again', async () => {
  const world = indexWorld(scriptedSink(() => 'refused').sink, undefined, NOW_MS);
  const post = makePost({ text: 'something' });

  expect(await world.stream(batch(post))).toEqual({ batchItemFailures: [] });

  const [[key, kept] = []] = [...world.rejected];
  expect(key).toBe('rejected/2026-11-20/shardId-000000000000/1-index_refused.json');
  expect(kept).toMatchObject({ reason: 'index_refused', detail: '400 mapper_parsing_exception' });
  expect(JSON.parse(Buffer.from(kept?.data ?? []).toString())).toEqual(post);
  expect(world.reports).toMatchObject([{ counts: { rejected: { index_refused: 1 } } }]);
});

test('bad records are kept under the key that every consumer gives them, and the others are indexed', async () => {
  const { sink, written } = scriptedSink();
  const world = indexWorld(sink, undefined, NOW_MS);
  const half = String.raw`{"v":1,"id":"twitter:9","source":"twitter","kind":"post","created_at":"2026-11-20T17:38:40.000Z","observed_at":"2026-11-20T17:38:45.000Z","text":"\ud83d"}`;

  await world.stream(batch('nonsense', makePost(), half));

  expect(written.map(({ id }) => id)).toEqual(['twitter:1']);
  expect([...world.rejected].map(([key, { reason }]) => [key, reason])).toEqual([
    ['rejected/2026-11-20/shardId-000000000000/1.json', 'not_json'],
    ['rejected/2026-11-20/shardId-000000000000/3.json', 'unprocessable'],
  ]);
});

test('events of months that have gone are counted and left out; deletes are heeded while their post is findable', async () => {
  const { sink, written } = scriptedSink();
  // Ten days back is the 10th: October has gone by then, all of November is there.
  const world = indexWorld(sink, makeSearchSettings({ retentionDays: 10 }), NOW_MS);
  const at = (created_at: string) => ({ created_at, observed_at: '2026-11-20T17:50:00.000Z' });

  await world.stream(
    batch(
      makePost(at('2026-10-31T23:59:59.999Z')),
      makePost(at('2026-11-01T00:00:00.000Z')),
      makeDelete(at('2026-11-02T00:00:00.000Z')),
    ),
  );

  expect(written).toHaveLength(2);
  expect(world.reports).toMatchObject([{ counts: { indexed: 2, tooOld: 1 } }]);
});

test.each([
  ['the server cannot be used', async () => Promise.reject(new TransientStoreError('away')), async () => undefined],
  ['a bad one cannot be kept', async () => NOTHING, async () => Promise.reject(new Error('S3 is away'))],
])('the whole batch is asked for again where %s', async (_, write, keepRejected) => {
  const world = indexWorld({ write } as BulkSink, undefined, NOW_MS, keepRejected);

  expect(await world.stream(batch(makePost(), 'nonsense'))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });

  expect(world.failures).toHaveLength(1);
  expect(world.reports).toEqual([]);
});
