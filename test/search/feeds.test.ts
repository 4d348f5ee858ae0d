import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import type { LakeRow } from '../../core/event-fields.ts';
import { lakeRow } from '../../core/lake-row.ts';
import { lakeRowSettings } from '../../core/lake-settings.ts';
import { searchEngine } from '../../core/search/search-engine.ts';
import { isDelete, type SocialEvent } from '../../core/social-event.ts';
import { enrich } from '../../core/enrich.ts';
import { presetNamed } from '../../presets/presets.ts';
import { resolveWeights } from '../../presets/weights.ts';
import { backOff } from '../../storage/backoff.ts';
import { eventKey } from '../../storage/event-key.ts';
import { dayPrefix } from '../../storage/lake/lake-layout.ts';
import { lakeLine } from '../../storage/lake/lake-record.ts';
import { liveDeleteRow, livePostRow } from '../../storage/live-row.ts';
import { backfill } from '../../storage/search/backfill.ts';
import { sendBulkBy } from '../../storage/search/bulk-request.ts';
import { bulkSink } from '../../storage/search/bulk-sink.ts';
import { openIndex, requireTemplate } from '../../storage/search/open-index.ts';
import { searchClient } from '../../storage/search/search-client.ts';
import { hasTemplate, setUpIndex } from '../../storage/search/setup-index.ts';
import { kinesisEvent } from '../support/aws/kinesis-event.ts';
import { tableEvent } from '../support/aws/table-event.ts';
import { describeSearch } from '../support/describe-search.ts';
import { indexWorld, lakeOf, makeSearchSettings, objectEvent } from '../support/index-world.ts';
import { parquetOf } from '../support/lake-parquet.ts';
import { makeDelete, makePost } from '../support/make-event.ts';
import { randomEvents } from '../support/random-events.ts';

const FROM_MS = Date.parse('2026-10-31T22:00:00.000Z');
const TO_MS = Date.parse('2026-11-01T02:00:00.000Z');
const NOW_MS = Date.parse('2026-11-02T00:00:00.000Z');
const TIMES = { created_at: '2026-11-01T10:00:00.000Z', observed_at: '2026-11-01T10:00:05.000Z' };
const { features } = presetNamed('iphone');
const LAKE = lakeRowSettings({ features, weights: resolveWeights({}) });

/** Events over a month's end: repeated, out of order, deleted; of an id no two observations of one moment. */
function someEvents(): SocialEvent[] {
  const drawn = randomEvents({ seed: 7, count: 400, fromMs: FROM_MS, toMs: TO_MS, name: 'feed' });
  const distinct = new Map(drawn.map((event) => [`${event.id} ${event.observed_at}`, event]));
  const rich = makePost({
    id: 'twitter:rich',
    text: 'The camera is great. But the battery is terrible!',
    created_at: '2026-11-01T00:00:00.000Z',
    observed_at: '2026-11-01T00:00:05.000Z',
    author: { id: '99999999999999999999', handle: 'Ada', followers: 12 },
    place: { name: 'Berlin', city: 'Berlin', country: 'de', lat: 52.5, lon: 13.4 },
    raw: { anything: 1 },
  });
  return [...distinct.values(), rich, ...[...distinct.values()].slice(0, 50)];
}

describeSearch('the three feeds', (url) => {
  const client = searchClient({ endpoint: url });

  async function feedWorld(alias: string) {
    const settings = makeSearchSettings({ alias, features });
    await setUpIndex(client, settings);
    return indexWorld(sinkOf(alias), settings, NOW_MS);
  }

  /** By the clock of the tests. */
  function sinkOf(alias: string) {
    const sink = bulkSink({ send: sendBulkBy(client), pause: backOff, now: () => NOW_MS });
    return requireTemplate(
      sink,
      () => hasTemplate(client, alias),
      () => NOW_MS,
    );
  }

  /** Every document as it is stored, tombstones too, with its index and version. */
  async function documentsOf(alias: string): Promise<Map<string, string>> {
    await client.indices.refresh({ index: `${alias}-*` });
    const answer = await client.search({ index: `${alias}-*`, size: 10_000, body: { version: true } });
    return new Map(
      answer.body.hits.hits
        .map(
          (hit) =>
            [
              hit._id ?? '',
              `${hit._index?.slice(alias.length)} ${hit._version} ${JSON.stringify(hit._source)}`,
            ] as const,
        )
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  test('make the same document of each event, byte for byte, in whichever order it comes', async () => {
    const events = someEvents();
    const [stream, table, lake] = [
      await feedWorld('by-stream'),
      await feedWorld('by-table'),
      await feedWorld('by-lake'),
    ];

    expect(await stream.stream(streamBatch(events))).toEqual({ batchItemFailures: [] });
    expect(await table.table(tableBatch(events.toReversed()))).toEqual({ batchItemFailures: [] });
    const key = `${dayPrefix(FROM_MS)}part 1.jsonl`;
    lake.objects.set(key, linesWith(events.toSorted((a, b) => ((a.text ?? '') < (b.text ?? '') ? -1 : 1))));
    expect(await lake.lake(objectEvent(key))).toEqual({ batchItemFailures: [] });

    const documents = await documentsOf('by-stream');
    expect(documents.size).toBe(new Set(events.map(({ id }) => id)).size);
    expect([...documents.values()].some((document) => document.startsWith('-2026.10 '))).toBe(true);
    expect(documents.get('twitter:rich')).toContain('"features":[{"name":"Battery","label":"negative"');
    expect(documents.get('twitter:rich')).not.toContain('raw');
    expect(await documentsOf('by-table')).toEqual(documents);
    expect(await documentsOf('by-lake')).toEqual(documents);
    expect([...stream.failures, ...table.failures, ...lake.failures]).toEqual([]);
  });

  test.each([
    ['lines', 'rows of the lake in lines', async (rows: readonly LakeRow[]) => gzipSync(rows.map(lakeLine).join(''))],
    ['parquet', 'rows in Parquet', (rows: readonly LakeRow[]) => parquetOf(rows)],
    [
      'joined',
      'rows without line ends',
      async (rows: readonly LakeRow[]) => Buffer.from(rows.map((row) => JSON.stringify(row)).join('')),
    ],
  ] as const)('make the same documents of %s: %s', async (name, _, write) => {
    const events = someEvents();
    const alias = `rows-${name}`;
    const [stream, lake] = [await feedWorld(`${alias}-stream`), await feedWorld(`${alias}-lake`)];
    await stream.stream(streamBatch(events));
    const rows = events.map((event) => lakeRow(event, { eventKey: eventKey(event), arrivedAtMs: NOW_MS }, LAKE));
    const key = `${dayPrefix(FROM_MS)}rows`;
    lake.objects.set(key, await write(rows));

    expect(await lake.lake(objectEvent(key))).toEqual({ batchItemFailures: [] });

    const documents = await documentsOf(`${alias}-stream`);
    expect(documents.size).toBe(new Set(events.map(({ id }) => id)).size);
    expect(await documentsOf(`${alias}-lake`)).toEqual(documents);
    expect([...lake.rejected.values(), ...lake.failures]).toEqual([]);
  });

  test('leave the index as it is when everything comes again, from the lake too', async () => {
    const events = someEvents();
    const world = await feedWorld('again');
    await world.stream(streamBatch(events));
    const documents = await documentsOf('again');
    world.objects.set(`${dayPrefix(FROM_MS)}all.jsonl`, linesWith(events));

    await world.stream(streamBatch(events));
    await world.table(tableBatch(events));
    const settings = makeSearchSettings({ alias: 'again', features });
    const { counts } = await backfill(
      {
        lake: lakeOf(world.objects, () => NOW_MS),
        index: openIndex({ endpoint: url, settings, keepRejected: async () => undefined }),
        pause: backOff,
        onProgress: () => undefined,
      },
      { fromMs: FROM_MS, toMs: TO_MS },
    );

    expect(counts).toMatchObject({ indexed: 0, stale: events.length, rejected: {} });
    expect(await documentsOf('again')).toEqual(documents);
  });

  test('a row that expires stays findable; one that a person removes takes its post out', async () => {
    const world = await feedWorld('removed');
    const [kept, gone] = [makePost({ id: 'twitter:kept', ...TIMES }), makePost({ id: 'twitter:gone', ...TIMES })];
    await world.table(tableBatch([kept, gone]));

    await world.table(
      tableEvent(
        [
          { removed: rowOf(kept), by: 'ttl' },
          { removed: rowOf(gone), by: 'person' },
        ],
        NOW_MS,
        10,
      ),
    );

    await client.indices.refresh({ index: 'removed-*' });
    const found = await client.search({ index: 'removed', body: { query: { match_all: {} } } });
    expect(found.body.hits.hits.map(({ _id }) => _id)).toEqual(['twitter:kept']);
  });

  test('keep what is bad whole, and index the rest', async () => {
    const world = await feedWorld('mixed');
    const key = `${dayPrefix(FROM_MS)}mixed.jsonl`;
    const good = [makePost({ id: 'twitter:a', ...TIMES }), makeDelete({ id: 'twitter:b', ...TIMES })].map((event) =>
      JSON.stringify(event),
    );
    world.objects.set(key, Buffer.from([good[0], '{"v":1,', '', good[1]].join('\n')));

    await world.lake(objectEvent(key));

    expect(world.reports).toMatchObject([{ counts: { indexed: 2, rejected: { not_json: 1 } }, unfinished: 0 }]);
    expect([...world.rejected.values()]).toMatchObject([
      { detail: 'line 2: the record is not JSON', partitionKey: key },
    ]);
    expect(Buffer.from([...world.rejected.values()][0]?.data ?? []).toString()).toBe('{"v":1,');
  });

  test('write nothing where the template is missing, as the index would guess its fields', async () => {
    const settings = makeSearchSettings({ alias: 'bare' });
    const world = indexWorld(sinkOf('bare'), settings, NOW_MS);

    expect(await world.stream(streamBatch([makePost(TIMES)]))).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });

    expect(world.failures).toMatchObject([{ name: 'TransientStoreError' }]);
    expect((await client.indices.exists({ index: 'bare-2026.11' })).body).toBe(false);
  });
});

function streamBatch(events: readonly SocialEvent[]) {
  return kinesisEvent(
    events.map((event, i) => ({
      shardId: 'shardId-000000000000',
      sequenceNumber: String(i + 1),
      partitionKey: 'p',
      arrivedAtMs: NOW_MS,
      data: Buffer.from(JSON.stringify(event)),
    })),
  );
}

function tableBatch(events: readonly SocialEvent[]) {
  return tableEvent(
    events.map((event) => ({ written: rowOf(event) })),
    NOW_MS,
  );
}

function rowOf(event: SocialEvent) {
  const settings = { writeShards: 1, lateHours: 48, authorSalt: 'salt' };
  return isDelete(event)
    ? liveDeleteRow(event, settings)
    : livePostRow(event, enrich(event, searchEngine({ features: [] })), settings);
}

function linesWith(events: readonly SocialEvent[]): Uint8Array {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
