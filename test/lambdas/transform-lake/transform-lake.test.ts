import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { lakeRow } from '../../../core/lake-row.ts';
import { cutText } from '../../../core/parse-event.ts';
import { eventKey } from '../../../storage/event-key.ts';
import { anyPost } from '../../support/any-post.ts';
import { transformationEvent } from '../../support/firehose/transformation-event.ts';
import { lakeDay } from '../../support/lake-day.ts';
import { RUBBISH } from '../../support/lake-rubbish.ts';
import { OBSERVED_AT, makeDelete, makePost } from '../../support/make-event.ts';
import { LAKE_ROW_SETTINGS, storedRecords, transformWorld } from '../../support/transform-world.ts';

const ARRIVED_MS = Date.parse(OBSERVED_AT) + 250;
const at = { arrivedAtMs: ARRIVED_MS };
const good = (n: number) => makePost({ id: `twitter:${n}`, text: 'The camera is great' });

function decode(data: string | undefined): string {
  return Buffer.from(data ?? '', 'base64').toString('utf8');
}

describe('an event', () => {
  test('is answered with its row as a line, and the day on which it was created', async () => {
    const world = transformWorld();

    const [answer] = await world.transform(storedRecords([good(1)], at));

    expect(answer).toMatchObject({
      recordId: '0000000',
      result: 'Ok',
      metadata: { partitionKeys: { year: '2026', month: '11', day: '20' } },
    });
    const line = decode(answer?.data);
    expect(line.endsWith('\n')).toBe(true);
    expect(line.trimEnd()).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ id: 'twitter:1', arrived_at: '2026-11-20T17:38:45.250Z' });
    expect(world.counts).toEqual([{ stored: 1, withoutRaw: 0, failed: 0, rejected: {} }]);
  });

  test('that is a delete is answered with its row', async () => {
    const world = transformWorld();

    const [answer] = await world.transform(storedRecords([makeDelete()], at));

    expect(answer).toMatchObject({ result: 'Ok', metadata: { partitionKeys: { day: '20' } } });
    expect(JSON.parse(decode(answer?.data))).toMatchObject({ id: 'twitter:1', kind: 'delete' });
  });

  test('that was written before midnight and came after it is of the day before', async () => {
    const [answer] = await transformWorld().transform(
      storedRecords([makePost({ created_at: '2026-11-19T23:59:59.999Z' })], at),
    );

    expect(answer?.metadata?.partitionKeys).toEqual({ year: '2026', month: '11', day: '19' });
  });
});

describe('a record that is no event', () => {
  test.each(RUBBISH)(
    'but $name is dropped and kept once with its reason, and its neighbours are rows',
    async ({ make, reason }) => {
      const world = transformWorld();
      const data = make(makePost(), ARRIVED_MS);
      const records = storedRecords([good(1), data, good(2)], at);

      const first = await world.transform(records);
      await world.transform(records);

      expect(first.map(({ result }) => result)).toEqual(['Ok', 'Dropped', 'Ok']);
      expect([...world.rejected.records]).toEqual([
        [
          'rejected/2026-11-20/shardId-000000000000/1.json',
          expect.objectContaining({ reason, arrivedAtMs: ARRIVED_MS, partitionKey: '00' }),
        ],
      ]);
      expect(Buffer.from([...world.rejected.records.values()][0]?.data ?? [])).toEqual(Buffer.from(data));
      expect(world.counts[0]).toEqual({ stored: 2, withoutRaw: 0, failed: 0, rejected: { [reason]: 1 } });
    },
  );

  test('is left to Firehose where it cannot be kept, and its neighbours are rows', async () => {
    const world = transformWorld();
    world.rejected.onKeep = ({ sequenceNumber }) => {
      if (sequenceNumber === '1') throw new Error('no answer');
    };

    const answers = await world.transform(storedRecords([good(1), 'rubbish', 'more of it', good(2)], at));

    expect(answers.map(({ result }) => result)).toEqual(['Ok', 'ProcessingFailed', 'Dropped', 'Ok']);
    expect(world.counts).toEqual([{ stored: 2, withoutRaw: 0, failed: 1, rejected: { not_json: 1 } }]);
    expect(world.failures).toHaveLength(1);
  });

  test('is left to Firehose where the bucket does not answer in time; what it answers later changes nothing', async () => {
    const world = transformWorld();
    const late: (() => void)[] = [];
    world.rejected.onKeep = () => {
      world.endTime();
      return new Promise((resolve) => late.push(resolve));
    };
    const kept = new Promise<void>((resolve) => {
      const set = world.rejected.records.set.bind(world.rejected.records);
      world.rejected.records.set = (key, record) => {
        if (world.rejected.records.size + 1 === late.length) resolve();
        return set(key, record);
      };
    });

    const answers = await world.transform(storedRecords([...Array.from({ length: 20 }, () => 'rubbish'), good(1)], at));
    const begun = late.length;
    for (const resolve of late) resolve();
    await kept;
    await new Promise(setImmediate);

    expect(answers.slice(0, 20).map(({ result }) => result)).toEqual(
      Array.from({ length: 20 }, () => 'ProcessingFailed'),
    );
    expect(answers.at(-1)?.result).toBe('Ok');
    expect(world.counts).toEqual([{ stored: 1, withoutRaw: 0, failed: 20, rejected: {} }]);
    expect(begun).toBeLessThan(20);
    expect(late).toHaveLength(begun);
  });
});

test('an empty batch has an empty answer', async () => {
  const world = transformWorld();

  expect(await world.transform([])).toEqual([]);
  expect(world.counts).toEqual([{ stored: 0, withoutRaw: 0, failed: 0, rejected: {} }]);
});

test.each([
  ['a number of milliseconds', Date.parse('2012-04-23T18:25:43.511Z')],
  ["a text, as AWS's example has it", '2012-04-23T18:25:43.511Z'],
])('the time of arrival is taken from %s', async (_, arrival) => {
  const world = transformWorld();
  const { records, ...event } = transformationEvent(storedRecords([good(1)], at));
  const read = records.map((record) => ({
    ...record,
    kinesisRecordMetadata: { ...record.kinesisRecordMetadata, approximateArrivalTimestamp: arrival },
  }));

  const { records: answers } = await world.handle({ ...event, records: read } as never);

  // The event of 2026 was created long after that.
  expect(answers.map(({ result }) => result)).toEqual(['Dropped']);
  expect([...world.rejected.records.values()]).toMatchObject([{ reason: 'created_in_future' }]);
});

test('a record that came without a stream is kept under a name of its own', async () => {
  const world = transformWorld();
  const { records, ...event } = transformationEvent(storedRecords(['rubbish'], at));

  await world.handle({ ...event, records: records.map(({ kinesisRecordMetadata: _, ...record }) => record) });

  expect([...world.rejected.records.keys()]).toEqual(['rejected/2026-11-20/firehose/0000000.json']);
});

describe('of any batch', () => {
  const anyRubbish = fc.constantFrom(...RUBBISH).map(({ make }) => make(makePost(), ARRIVED_MS));
  const anyRecord = fc.oneof(
    { weight: 3, arbitrary: anyPost },
    anyRubbish,
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(makeDelete()),
  );

  test('every record is answered once, in order, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 12 }), async (payloads) => {
        const event = transformationEvent(storedRecords(payloads, { arrivedAtMs: Date.parse('2026-12-02T00:00:00Z') }));

        const { records } = await transformWorld().handle(event);

        expect(records.map(({ recordId }) => recordId)).toEqual(event.records.map(({ recordId }) => recordId));
      }),
    );
  });

  test('what is Ok is exactly the row of its event', async () => {
    const arrivedAtMs = Date.parse('2026-12-02T00:00:00Z');
    await fc.assert(
      fc.asyncProperty(anyPost, async (post) => {
        const [answer] = await transformWorld().transform(storedRecords([post], { arrivedAtMs }));

        const event = cutText(post);
        const row = lakeRow(event, { eventKey: eventKey(event), arrivedAtMs }, LAKE_ROW_SETTINGS);
        expect(answer?.result).toBe('Ok');
        expect(decode(answer?.data)).toBe(`${JSON.stringify(row)}\n`);
      }),
    );
  });
});

test('a generated day is answered row by row and reason by reason', async () => {
  const { records, rubbish, observations } = lakeDay({ seed: 3, events: 2_000, rubbish: 0.05 });
  const world = transformWorld();

  const answers = await world.transform(records);

  expect(answers.filter(({ result }) => result === 'Ok')).toHaveLength(observations.length);
  expect([...world.rejected.records.values()].map(({ sequenceNumber, reason }) => [sequenceNumber, reason])).toEqual(
    rubbish.map(({ record, reason }) => [record.sequenceNumber, reason]),
  );
});
