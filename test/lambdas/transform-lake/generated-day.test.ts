import { beforeAll, describe, expect, test } from 'vitest';

import { readOnlyStatement } from '../../../core/sql/read-only-statement.ts';
import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { openLakeDatabase } from '../../../storage/lake/lake-database.ts';
import { dayPrefix } from '../../../storage/lake/lake-layout.ts';
import { rejectedKey } from '../../../storage/rejected-store.ts';
import { synthApp, templateOf } from '../../support/app.ts';
import type { StoredRecord } from '../../support/aws/kinesis.ts';
import { InProcessFirehose, type FirehoseOptions } from '../../support/firehose/firehose.ts';
import { firehoseOptions } from '../../support/firehose/from-template.ts';
import { lakeFolder } from '../../support/lake-folder.ts';
import { plainObjects, storedDocuments, type Objects } from '../../support/lake-objects.ts';
import { lakeDay, type LakeDay } from '../../support/lake-day.ts';
import { transformWorld } from '../../support/transform-world.ts';

const HOUR_MS = 3_600_000;

const settings = firehoseOptions(templateOf(synthApp(), 'Lake'));

/** A lake behind a Firehose and the real function. */
function lake(options: Partial<FirehoseOptions> = {}) {
  const world = transformWorld();
  const firehose = new InProcessFirehose({ ...settings, transform: (event) => world.handle(event), ...options });
  return { world, firehose, objects: firehose.objects as Objects };
}

/** Which observation came when; as often as it lies there. */
function stored(objects: Objects): string[] {
  return storedDocuments(objects, 'raw/').map(
    ({ document }) => `${String(document['event_key'])} ${String(document['arrived_at'])}`,
  );
}

function sent({ observations }: LakeDay): string[] {
  return observations.map(({ eventKey, arrivedAtMs }) => `${eventKey} ${new Date(arrivedAtMs).toISOString()}`);
}

function rejectedOf({ world }: ReturnType<typeof lake>): [string, string][] {
  return [...world.rejected.records].map(([key, { reason }]): [string, string] => [key, reason]).toSorted();
}

function rubbishOf({ rubbish }: LakeDay): [string, string][] {
  return rubbish
    .map(({ record, reason }): [string, string] => [rejectedKey({ ...record, reason, detail: '' }), reason])
    .toSorted();
}

/** What is neither a row, nor as it came, nor an error. */
function others(objects: Objects): string[] {
  return [...objects.keys()].filter((key) => !/^(raw|original-data|errors)\//.test(key));
}

describe('a day', () => {
  const day = lakeDay({ seed: 11, events: 10_000 });
  const calm = lake();

  beforeAll(() => calm.firehose.deliver(day.records));

  test('goes through as it is: every observation a row in the partition of its day, nothing else', () => {
    expect(stored(calm.objects).toSorted()).toEqual(sent(day).toSorted());
    for (const { folder, document } of storedDocuments(calm.objects, 'raw/'))
      expect(folder).toBe(dayPrefix(Date.parse(String(document['created_at']))));
    expect(rejectedOf(calm)).toEqual(rubbishOf(day));
    expect(new Set(calm.world.rejected.puts.values())).toEqual(new Set([1]));
    expect(plainObjects(calm.objects, 'errors/')).toEqual([]);
    expect(others(calm.objects)).toEqual([]);
  });

  test('is kept as it came, byte for byte, by the hour in which its records came', () => {
    const originals = plainObjects(calm.objects, 'original-data/');
    expect(
      Buffer.concat(originals.map(({ bytes }) => bytes)).equals(Buffer.concat(day.records.map(({ data }) => data))),
    ).toBe(true);
    expect(new Set(originals.map(({ key }) => /hour=(\d\d)/.exec(key)?.[1])).size).toBe(24);
  });
});

test('a day is asked by SQL where Firehose has put it', async () => {
  const day = lakeDay({ seed: 12, events: 1_000 });
  const calm = lake();
  await calm.firehose.deliver(day.records);
  await using folder = await lakeFolder();
  for (const [key, bytes] of calm.objects) await folder.put(key, bytes);
  using database = await openLakeDatabase(folder.path);

  const statement = readOnlyStatement(
    'SELECT count(*), count(DISTINCT event_key), count(DISTINCT day), sum(v) FROM raw',
  );
  if (!statement.ok) throw new Error(statement.reason);

  const { rows } = await database.query(statement, 10);

  const days = new Set(day.observations.map(({ event }) => event.created_at.slice(8, 10)));
  const distinct = new Set(day.observations.map(({ eventKey }) => eventKey));
  const count = day.observations.length;
  expect(rows).toEqual([[count, distinct.size, days.size, count]]);
});

describe.each([1, 2, 3])('with Firehose delivering again and the function failing now and then (seed %d)', (seed) => {
  test('every observation is there, every rubbish record is kept once, and no record is lost', async () => {
    const random = seededRandom(seed);
    const events = lakeDay({ seed, events: 2_000 });
    let failures = 0;
    const faulty = lake({
      redelivery: { seed, rereads: 0.005, putTwice: 0.1 },
      transform: (event) => {
        // Never more often in a row than Firehose tries.
        failures = random.chance(0.5) && failures < 3 ? failures + 1 : 0;
        return failures > 0 ? Promise.reject(new Error('the function fails')) : faulty.world.handle(event);
      },
    });

    await faulty.firehose.deliver(events.records);

    const rows = stored(faulty.objects);
    expect(rows.length).toBeGreaterThan(events.observations.length);
    expect([...new Set(rows)].toSorted()).toEqual([...new Set(sent(events))].toSorted());
    expect(rejectedOf(faulty)).toEqual(rubbishOf(events));
    expect(missingFrom(faulty.objects, events.records)).toEqual([]);
    expect(plainObjects(faulty.objects, 'errors/')).toEqual([]);
    expect(others(faulty.objects)).toEqual([]);
  });
});

describe('while the function is gone for hours and the bucket of rejected records for others', () => {
  test('what is not delivered is kept whole, and complete when it is sent again', async () => {
    const events = lakeDay({ seed: 5, events: 3_000, rubbish: 0.05 });
    let isAway = true;
    const broken = lake({
      transform: (event) => {
        const hour = new Date(event.records[0]?.approximateArrivalTimestamp ?? 0).getUTCHours();
        return isAway && hour >= 9 && hour < 12
          ? Promise.reject(new Error('no such function'))
          : broken.world.handle(event);
      },
    });
    broken.world.rejected.onKeep = ({ arrivedAtMs }) => {
      const hour = new Date(arrivedAtMs).getUTCHours();
      if (isAway && hour >= 15 && hour < 18) throw new Error('no answer');
    };

    await broken.firehose.deliver(events.records);
    const failed = failedRecords(broken.objects);

    expect(stored(broken.objects).length + broken.world.rejected.records.size + failed.length).toBe(
      events.records.length,
    );
    expect(failed.length).toBeGreaterThan(events.records.length / 10);

    isAway = false;
    const again = lake();
    await again.firehose.deliver(failed);

    const keys = (lines: readonly string[]) => new Set(lines.map((line) => line.split(' ')[0]));
    expect(keys([...stored(broken.objects), ...stored(again.objects)])).toEqual(keys(sent(events)));
    const reasons = [...broken.world.rejected.records.values(), ...again.world.rejected.records.values()];
    expect(reasons.map(({ reason }) => reason).toSorted()).toEqual(
      events.rubbish.map(({ reason }) => reason).toSorted(),
    );
  });
});

/** The records that Firehose keeps among its errors, as a producer would send them again. */
function failedRecords(objects: Objects): StoredRecord[] {
  return storedDocuments(objects, 'errors/')
    .map(({ document }) => ({
      data: Buffer.from(String(document['rawData']), 'base64'),
      arrivedAtMs: Number(document['arrivalTimestamp']),
    }))
    .toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs)
    .map((record, i) => ({
      ...record,
      shardId: 'shardId-000000000009',
      sequenceNumber: String(i),
      partitionKey: '00',
    }));
}

/** Records that are in no original of their time. */
function missingFrom(objects: Objects, records: readonly StoredRecord[]): StoredRecord[] {
  const originals = plainObjects(objects, 'original-data/').map(({ key, bytes }) => ({ bytes, startMs: startOf(key) }));
  return records.filter(({ data, arrivedAtMs }) => {
    const near = originals.filter(({ startMs }) => startMs <= arrivedAtMs && startMs > arrivedAtMs - 6 * HOUR_MS);
    return !near.some(({ bytes }) => bytes.includes(Buffer.from(data)));
  });
}

/** When the oldest record of an object came, to the second. */
function startOf(key: string): number {
  const [, date = '', hour = '', minute = '', second = ''] = /-(\d{4}-\d\d-\d\d)-(\d\d)-(\d\d)-(\d\d)-/.exec(key) ?? [];
  return Date.parse(`${date}T${hour}:${minute}:${second}.000Z`);
}
