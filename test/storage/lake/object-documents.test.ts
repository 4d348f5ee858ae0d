import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

import { constants, gunzipSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { LakeRow } from '../../../core/event-fields.ts';
import { eventOfRow, lakeRow } from '../../../core/lake-row.ts';
import { lakeRowSettings } from '../../../core/lake-settings.ts';
import { resolveWeights } from '../../../presets/weights.ts';
import { eventKey } from '../../../storage/event-key.ts';
import { lakeLine } from '../../../storage/lake/lake-record.ts';
import { placeKey, type LakeDocument } from '../../../storage/lake/lake-document.ts';
import { objectDocuments } from '../../../storage/lake/object-documents.ts';
import { parquetDocuments } from '../../../storage/lake/parquet-documents.ts';
import { documentsIn } from '../../support/index-world.ts';
import { parquetOf } from '../../support/lake-parquet.ts';
import { makePost } from '../../support/make-event.ts';
import { randomEvents } from '../../support/random-events.ts';

const FROM_MS = Date.parse('2026-11-20T00:00:00.000Z');
const settings = lakeRowSettings({
  features: [{ name: 'Battery', keywords: ['battery'] }],
  weights: resolveWeights({}),
});

async function read(documents: AsyncGenerator<readonly LakeDocument[]>): Promise<LakeDocument[]> {
  return (await Array.fromAsync(documents)).flat();
}

const valuesOf = (documents: readonly LakeDocument[]): unknown[] =>
  documents.map((document) => (document.ok ? document.value : document.detail));

function rowsOf(count: number): LakeRow[] {
  const events = [
    ...randomEvents({ seed: 3, count, fromMs: FROM_MS, toMs: FROM_MS + 86_400_000, name: 'rows' }),
    makePost({
      text: 'The battery is great',
      annotations: [{ domain: '60 Athlete', entity: '1 Somebody' }],
      place: { city: 'Paris', lat: 48.85, lon: 2.35 },
      author: { id: '99999999999999999999', followers: 9_007_199_254_740_991 },
      metrics: { likes: 7, replies: 1 },
      raw: { payload: 'of the network' },
    }),
  ];
  return events.map((event) => lakeRow(event, { eventKey: eventKey(event), arrivedAtMs: FROM_MS }, settings));
}

describe('an object is read for what it is, whatever its name', () => {
  const text = '{"v":1}\n{"v":2}{"v":3}';
  const values = [{ v: 1 }, { v: 2 }, { v: 3 }];

  test.each([
    ['plain', Buffer.from(text)],
    ['compressed', gzipSync(text)],
    ['of several members', Buffer.concat([gzipSync(text.slice(0, 10)), gzipSync(''), gzipSync(text.slice(10))])],
  ])('%s', async (_, bytes) => {
    expect(valuesOf(await read(documentsIn(bytes)))).toEqual(values);
  });

  test.each([1, 2, 3, 5])('in chunks of %d bytes', async (size) => {
    const bytes = gzipSync(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const stream = Readable.from(chunks);

    expect(valuesOf(await read(objectDocuments({ stream, sizeBytes: 0, read: noParts })))).toEqual(values);
  });

  test.each([
    ['empty', Buffer.from('')],
    ['of one byte', Buffer.from('\n')],
    ['compressed and empty', gzipSync('')],
  ])('%s: it holds nothing', async (_, bytes) => {
    expect(await read(documentsIn(bytes))).toEqual([]);
  });
});

describe('an object of gzip that breaks off gives out all that lies before the break, and is told of once', () => {
  const record = (i: number): string => JSON.stringify({ v: i, text: randomUUID().repeat(3) });
  const texts = Array.from({ length: 200 }, (_, i) => record(i));
  const cut = (bytes: Buffer, share: number): Buffer => bytes.subarray(0, Math.floor(bytes.length * share));

  test.each([
    ['without line ends', texts.join('')],
    ['in lines', texts.join('\n')],
  ])('%s', async (_, text) => {
    const bytes = cut(gzipSync(text), 0.9);
    // What zlib itself makes of these bytes.
    const left = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const found = await read(documentsIn(bytes));

    const good = texts.filter((_one, i) => left.includes(texts.slice(0, i + 1).join(text.includes('\n') ? '\n' : '')));
    expect(good.length).toBeGreaterThan(150);
    expect(valuesOf(found.slice(0, -1))).toEqual(good.map((one) => JSON.parse(one) as unknown));
    expect(found.at(-1)).toMatchObject({
      ok: false,
      reason: 'unprocessable',
      detail: expect.stringContaining('beyond'),
    });
    expect(new Set(found.map(({ place }) => placeKey(place))).size).toBe(found.length);
  });

  test.each([0.5, 0.1, 0.99])('in its second member, at %f of it', async (share) => {
    const bytes = Buffer.concat([gzipSync('{"v":1}{"v":2}'), cut(gzipSync('{"v":3}'), share)]);
    const found = await read(documentsIn(bytes));

    expect(valuesOf(found.filter(({ ok }) => ok)).slice(0, 2)).toEqual([{ v: 1 }, { v: 2 }]);
    expect(found.filter(({ ok }) => !ok)).toMatchObject([
      { detail: expect.stringContaining('cannot be decompressed') },
    ]);
  });

  test('where bytes in the middle are wrong', async () => {
    const bytes = gzipSync(texts.join('\n'));
    bytes.fill(0xff, Math.floor(bytes.length * 0.8), Math.floor(bytes.length * 0.85));
    const found = await read(documentsIn(bytes));

    expect(found.filter(({ ok }) => ok).length).toBeGreaterThan(80);
    expect(found.at(-1)).toMatchObject({ ok: false, reason: 'unprocessable' });
  });

  test('in its second member, whose bytes are wrong', async () => {
    const second = gzipSync('{"v":3}');
    second.fill(0xff, 10);
    const found = await read(documentsIn(Buffer.concat([gzipSync('{"v":1}{"v":2}'), second])));

    expect(valuesOf(found.filter(({ ok }) => ok))).toEqual([{ v: 1 }, { v: 2 }]);
    expect(found.filter(({ ok }) => !ok)).toMatchObject([{ reason: 'unprocessable' }]);
  });

  test('but zeros behind it are nothing, however many', async () => {
    const bytes = Buffer.concat([gzipSync('{"v":1}'), Buffer.alloc(100_000)]);

    expect(valuesOf(await read(documentsIn(bytes)))).toEqual([{ v: 1 }]);
  });
});

test('bytes that break off are no bad object: what reading them throws, is thrown', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"v":1}\n{"v"');
    throw new Error('connection reset');
  };
  const stream = Readable.from(broken());

  await expect(read(objectDocuments({ stream, sizeBytes: 0, read: noParts }))).rejects.toThrow('connection reset');
});

test('an object that is closed before its end is closed at its source', async () => {
  const stream = Readable.from(Array.from({ length: 100 }, () => gzipSync('{"v":1}\n'.repeat(50_000))));
  for await (const documents of objectDocuments({ stream, sizeBytes: 0, read: noParts }))
    if (documents.length > 0) break;

  expect(stream.destroyed).toBe(true);
});

describe('rows of a Parquet object', () => {
  const rows = rowsOf(5_000);
  const written = parquetOf(rows);

  test('are those of its lines, but for the payloads: numbers are numbers, and nothing is null', async () => {
    const lines = await read(documentsIn(Buffer.from(rows.map(lakeLine).join(''))));
    const found = await read(documentsIn(await written));

    expect(found.length).toBe(rows.length);
    expect(valuesOf(found)).toEqual(
      valuesOf(lines)
        .map((row) => ({ ...(row as object), raw: undefined }))
        .map(defined),
    );
    expect(found[4_321]?.place).toEqual({ unit: 'row', number: 4_322, document: 1 });
  });

  test('have the events that they were made of', async () => {
    for (const [i, document] of (await read(documentsIn(await written))).entries()) {
      const row = rows[i];
      if (!document.ok || row === undefined) throw new Error('a row is missing');
      expect(eventOfRow(document.value as LakeRow, FROM_MS * 2)).toEqual(eventOfRow({ ...row }, FROM_MS * 2));
    }
  });

  test('are read one row group at a time, each in one request, and told of a thousand at a time', async () => {
    const bytes = await written;
    let requests = 0;
    const documents = objectDocuments({
      stream: Readable.from([bytes]),
      sizeBytes: bytes.length,
      read: async (from, to) => {
        requests += 1;
        return bytes.subarray(from, to);
      },
    });
    const groups: number[] = [];
    const before: number[] = [];
    for await (const group of documents) {
      groups.push(group.length);
      before.push(requests);
    }

    expect(groups).toEqual([1_000, 1_000, 48, 1_000, 1_000, 48, rows.length - 4_096 - 405, 405]);
    const first = before[0] ?? 0;
    expect(before).toEqual([0, 0, 0, 1, 1, 1, 2, 2].map((group) => first + group));
  });

  test.each([{ maxGroupRows: 2_000 }, { maxGroupBytes: 360_000 }])(
    'of a group beyond %o are one bad document that says what to do, and cost no other group',
    async (limits) => {
      const bytes = await written;
      const object = { sizeBytes: bytes.length, read: async (from: number, to: number) => bytes.subarray(from, to) };
      const found = await read(parquetDocuments(object, limits));

      const bad = found.filter(({ ok }) => !ok);
      expect(bad.map(({ place }) => place.number)).toEqual([1, 2_049]);
      expect(bad[0]).toMatchObject({
        detail: expect.stringMatching(/^a row group has 2048 rows .* smaller row groups$/),
      });
      expect(found.filter(({ ok }) => ok).map(({ place }) => place.number)).toEqual(
        Array.from({ length: rows.length - 4_096 }, (_, i) => 4_097 + i),
      );
    },
  );

  test('that cannot be read are told of behind the others, once', async () => {
    const bytes = Buffer.from(await written);
    // Of the last row group; the end says where the groups lie.
    bytes.fill(0xff, Math.floor(bytes.length * 0.85), Math.floor(bytes.length * 0.9));
    const found = await read(documentsIn(bytes));

    expect(found.filter(({ ok }) => ok).length).toBe(4_096);
    expect(found.filter(({ ok }) => !ok)).toMatchObject([
      { reason: 'unprocessable', place: { unit: 'row', number: 4_097 }, detail: expect.stringContaining('row 4096') },
    ]);
  });

  test('wait where their parts cannot be had now', async () => {
    const bytes = await written;
    const read_ = async (): Promise<Uint8Array> => {
      throw new Error('slow down');
    };
    const documents = objectDocuments({ stream: Readable.from([bytes]), sizeBytes: bytes.length, read: read_ });

    await expect(read(documents)).rejects.toThrow('slow down');
  });
});

const noParts = async (): Promise<Uint8Array> => {
  throw new Error('nobody reads parts of it');
};

function defined(row: object): unknown {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
