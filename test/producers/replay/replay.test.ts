import { isDeepStrictEqual } from 'node:util';

import { describe, expect, test } from 'vitest';

import { replay, type ReplayDeps, type ReplayRequest } from '../../../producers/replay/replay.ts';
import { replayJson, replayLines } from '../../../producers/replay/report.ts';
import { changedWindows, inOrder, type ReplayTally } from '../../../producers/replay/tally.ts';
import type { LakeStore } from '../../../storage/lake/lake-store.ts';
import type { StoredRecord } from '../../support/aws/kinesis.ts';
import { lakeOf } from '../../support/index-world.ts';
import { lakeDay } from '../../support/lake-day.ts';
import { originalsLake, originalsOf } from '../../support/lake-originals.ts';
import { makePost } from '../../support/make-event.ts';
import { trendsWorld, type TrendsWorld } from '../../support/trends-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = Date.parse('2026-11-20T00:00:00.000Z');
const WHOLE_DAY = { arrived: { fromMs: DAY_MS, toMs: DAY_MS + 25 * HOUR_MS } };
const AFTER = '2026-11-21T03:00:00.000Z';
const day = lakeDay({ seed: 3, events: 300, rubbish: 0.1 });

const common = {
  settings: { writeShards: 1, lateHours: 48 },
  now: () => Date.parse(AFTER),
  stop: new AbortController().signal,
  onProgress: () => undefined,
};

/** Where what is sent goes: a stream whose consumers are the tables of a world. */
function streamInto(world: TrendsWorld) {
  const sent: Uint8Array[] = [];
  let waiting: Uint8Array[] = [];
  const stored: (() => void)[] = [];
  return {
    sent,
    async put(data: Uint8Array, onStored: () => void) {
      sent.push(data);
      waiting.push(data);
      stored.push(onStored);
    },
    async flush() {
      for (let from = 0; from < waiting.length; from += 100)
        expect(await world.write(waiting.slice(from, from + 100), sent.length + from)).toEqual([]);
      waiting = [];
      for (const onStored of stored.splice(0)) onStored();
    },
  };
}

/** Which rows a world has. */
function findRowsOf(world: TrendsWorld) {
  return async (
    source: Parameters<typeof world.stores.live.readMinute>[0],
    keys: readonly { key_datetime: string }[],
  ) => {
    const minutes = new Set(keys.map(({ key_datetime }) => key_datetime.slice(0, 16)));
    const rows = await Promise.all([...minutes].map((minute) => world.stores.live.readMinute(source, minute, 1)));
    return new Set(rows.flatMap(({ observations }) => observations.map(({ eventKey }) => eventKey)));
  };
}

/** What readers see, table by table; a copy. */
type Tables = Readonly<Record<string, readonly (readonly [string, unknown])[]>>;

async function aggregateAll(world: TrendsWorld): Promise<Tables> {
  for (let before = -1; world.stores.markNames().length !== before;) {
    before = world.stores.markNames().length;
    world.nowMs += 600_000;
    await world.aggregateAll();
  }
  return structuredClone(world.stores.tables()) as Tables;
}

/** Which entries of tables are not the same. */
function differences(a: Tables, b: Tables): string[] {
  return Object.keys({ ...a, ...b }).flatMap((table) => {
    const [before, after] = [new Map(a[table]), new Map(b[table])];
    const keys = new Set([...before.keys(), ...after.keys()]);
    return [...keys]
      .filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
      .map((key) => `${table} ${key}`);
  });
}

function bytesOf(tables: Tables): string {
  return JSON.stringify(tables, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map || value instanceof Set ? [...value] : value;
  });
}

async function worldWith(records: readonly StoredRecord[]): Promise<TrendsWorld> {
  const world = trendsWorld(AFTER);
  for (let from = 0; from < records.length; from += 100)
    await world.write(
      records.slice(from, from + 100).map(({ data }) => data),
      from,
    );
  return world;
}

const lake = originalsLake(originalsOf(day.records));
const send = (world: TrendsWorld, request: ReplayRequest = WHOLE_DAY, from: LakeStore = lake) => {
  const sink = streamInto(world);
  return replay({ ...common, lake: from, to: { sink } }, request).then((summary) => ({ ...summary, sink }));
};
const look = (world: TrendsWorld, request: ReplayRequest = WHOLE_DAY) =>
  replay({ ...common, lake, to: { findRows: findRowsOf(world) } }, request);

const totals = (tally: ReplayTally, of: 'events' | 'sent' | 'present' | 'missing' | 'tooLate') =>
  inOrder(tally).reduce((sum, [, counts]) => sum + counts[of], 0);

describe('a day that is replayed', () => {
  test('changes no aggregate', async () => {
    const world = await worldWith(day.records);
    const before = await aggregateAll(world);
    expect(before['rows']?.length).toBeGreaterThan(1_000);

    const dry = await look(world);
    expect(changedWindows(dry.tally)).toEqual({ minutes: 0, ranges: [], hours: [] });
    const { tally, isComplete } = await send(world);

    expect(isComplete).toBe(true);
    expect(totals(tally, 'sent')).toBeGreaterThan(day.observations.length - 1);
    const after = await aggregateAll(world);
    expect(differences(before, after)).toEqual([]);
    expect(bytesOf(after) === bytesOf(before)).toBe(true);
  });

  test('puts right exactly what was lost, as the look before said', async () => {
    const whole = await aggregateAll(await worldWith(day.records));
    // An hour of arrivals, and a few others, never got into the tables.
    const lost = day.records.filter(
      ({ arrivedAtMs }, i) => Math.floor((arrivedAtMs - DAY_MS) / HOUR_MS) === 9 || i % 97 === 0,
    );
    const world = await worldWith(day.records.filter((record) => !lost.includes(record)));
    const damaged = await aggregateAll(world);
    expect(differences(whole, damaged).length).toBeGreaterThan(10);

    const looked = changedWindows((await look(world)).tally);
    expect(differences(damaged, await aggregateAll(world))).toEqual([]);
    await send(world);
    const marked = world.stores.markNames().filter((name) => name.startsWith('live#'));

    expect(differences(whole, await aggregateAll(world))).toEqual([]);
    expect(looked.minutes).toBeGreaterThan(10);
    expect(marked.length).toBeGreaterThan(looked.minutes);
    expect(changedWindows((await look(world)).tally).minutes).toBe(0);
  });

  test('sends the records of events byte for byte, and nothing else', async () => {
    const { sink, tally } = await send(trendsWorld(AFTER));

    const texts = (all: readonly Uint8Array[]) => all.map((data) => Buffer.from(data).toString('latin1')).toSorted();
    const rubbish = new Set(day.rubbish.map(({ record }) => record));
    const good = day.records.filter((record) => !rubbish.has(record)).map(({ data }) => data);
    // Two events in one record cannot be told from two records.
    const twice = day.rubbish
      .filter(({ record }) => isTwoEvents(record.data))
      .flatMap(({ record }) => halvesOf(record));
    expect(texts(sink.sent)).toEqual(texts([...good, ...twice]));
    expect(totals(tally, 'sent')).toBe(totals(tally, 'events'));
    const kinds = new Set(day.rubbish.filter(({ record }) => record.data.length > 0).map(({ reason }) => reason));
    expect(kinds.size).toBeGreaterThan(5);
    expect([...kinds].filter((reason) => !tally.bad.has(reason))).toEqual([]);
  });

  test('is of one network alone where that is asked for', async () => {
    const { sink, tally } = await send(trendsWorld(AFTER), { ...WHOLE_DAY, source: 'reddit' });

    expect(inOrder(tally).map(([source]) => source)).toEqual(['reddit']);
    expect(sink.sent.every((data) => Buffer.from(data).includes('"id":"reddit:'))).toBe(true);
    expect(sink.sent.length).toBeGreaterThan(0);
  });
});

test('an event of before every window that is open is sent, for lake and search, and told of', async () => {
  const world = trendsWorld('2026-11-23T12:00:00.000Z');
  const sink = streamInto(world);
  const deps: ReplayDeps = { ...common, now: () => world.nowMs, lake, to: { sink } };
  const { tally } = await replay(deps, WHOLE_DAY);

  expect(totals(tally, 'tooLate')).toBe(totals(tally, 'events'));
  expect(totals(tally, 'sent')).toBe(totals(tally, 'events'));
  expect(world.stores.markNames()).toEqual([]);
});

test('whoever stops it is told that it is not all', async () => {
  const stop = new AbortController();
  const world = trendsWorld(AFTER);
  const sink = streamInto(world);
  const onProgress = (objects: number): void => {
    if (objects === 2) stop.abort();
  };
  const summary = await replay({ ...common, stop: stop.signal, onProgress, lake, to: { sink } }, WHOLE_DAY);

  expect(summary).toMatchObject({ objects: 2, isComplete: false });
  expect(totals(summary.tally, 'sent')).toBe(sink.sent.length);
  expect(replayLines(summary, { ...WHOLE_DAY, isDry: false, nowMs: world.nowMs }).at(-1)).toMatch(/^Stopped before/);
});

test('whoever stops it in its first object is told what was sent by then', async () => {
  const stop = new AbortController();
  const posts = Array.from({ length: 2_000 }, (_, i) => JSON.stringify(makePost({ id: `twitter:${i}` })));
  const key = 'original-data/year=2026/month=11/day=20/hour=17/large';
  const one = lakeOf(new Map([[key, Buffer.from(posts.join(''))]]), () => DAY_MS + 18 * HOUR_MS);
  const sink = {
    put: async (_: Uint8Array, onStored: () => void) => {
      onStored();
      stop.abort();
    },
    flush: async () => undefined,
  };
  const summary = await replay({ ...common, stop: stop.signal, lake: one, to: { sink } }, WHOLE_DAY);

  const sent = totals(summary.tally, 'sent');
  expect(sent).toBeGreaterThan(100);
  expect(sent).toBeLessThan(posts.length);
  expect(replayLines(summary, { ...WHOLE_DAY, isDry: false, nowMs: Date.parse(AFTER) })).toEqual([
    'Records that came from 2026-11-20T00 to 2026-11-21T01, in a part of an object:',
    `twitter: ${sent} events, ${sent} sent again`,
    expect.stringMatching(/^Stopped before the end/),
  ]);
});

describe('what is told', () => {
  const nowMs = DAY_MS + 40 * 24 * HOUR_MS;
  const nothing = { objects: 0, tally: { sources: new Map(), bad: new Map() }, isComplete: true };
  const options = { isDry: true, ...WHOLE_DAY, nowMs };

  test.each([
    ['that originals are gone', { ...options, keptDays: 30 }, /gone: they are kept for 30 days/],
    ['that there are none', { ...options, keptDays: 60 }, /No record came from 2026-11-20T00 to 2026-11-21T01/],
    ['that the time is to come', { ...options, keptDays: 30, nowMs: DAY_MS - 1 }, /yet to come/],
  ])('%s, in one sentence', (_, opts, sentence) => {
    const lines = replayLines(nothing, opts);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(sentence);
  });

  test('which windows would change at most, minutes as ranges', async () => {
    const post = (minute: string, id: number): StoredRecord => ({
      shardId: 'shardId-000000000000',
      sequenceNumber: String(id),
      partitionKey: 'p',
      arrivedAtMs: DAY_MS + 18 * HOUR_MS,
      data: Buffer.from(
        JSON.stringify(
          makePost({
            id: `twitter:${id}`,
            created_at: `2026-11-20T${minute}:10.000Z`,
            observed_at: `2026-11-20T${minute}:20.000Z`,
          }),
        ),
      ),
    });
    const records = ['16:58', '16:59', '17:00', '17:05', '17:05'].map(post);
    const from = originalsLake(originalsOf(records));
    const summary = await replay({ ...common, lake: from, to: { findRows: async () => new Set() } }, WHOLE_DAY);

    expect(replayLines(summary, options)).toEqual([
      'Records that came from 2026-11-20T00 to 2026-11-21T01, in 1 object:',
      'twitter: 5 events, 0 in the live tables, 5 missing there',
      'Would change at most: 4 minutes (2026-11-20T16:58 to 2026-11-20T17:00, 2026-11-20T17:05), 2 hours (2026-11-20T16:00, 2026-11-20T17:00).',
      'Nothing was sent. To send them: the same with --to-stream.',
    ]);
    expect(JSON.parse(replayJson(summary, options))).toMatchObject({
      dry_run: true,
      complete: true,
      objects: 1,
      sources: { twitter: { events: 5, present: 0, missing: 5, too_late: 0 } },
      would_change: { minutes: 4, hours: ['2026-11-20T16:00', '2026-11-20T17:00'] },
    });
  });
});

function isTwoEvents(data: Uint8Array): boolean {
  return Buffer.from(data).includes('}{"v":');
}

function halvesOf({ data }: StoredRecord): Uint8Array[] {
  return [data.subarray(0, data.byteLength / 2), data.subarray(data.byteLength / 2)];
}
