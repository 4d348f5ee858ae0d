import { describe, expect, test } from 'vitest';

import { deliverLake } from '../../../lambdas/deliver-lake/deliver-lake.ts';
import type { StoredCounts } from '../../../lambdas/shared/metrics.ts';
import { seededRandom } from '../../../producers/sources/generator/random.ts';
import { growObjectIn } from '../../../storage/lake/growing-object.ts';
import { rejectedKey } from '../../../storage/rejected-store.ts';
import { kinesisEvent } from '../../support/aws/kinesis-event.ts';
import type { StoredRecord } from '../../support/aws/kinesis.ts';
import { network, NO_FAULTS, type FaultRates } from '../../support/aws/network.ts';
import { simulatedS3 } from '../../support/aws/s3.ts';
import { lakeDay } from '../../support/lake-day.ts';
import { plainObjects, storedDocuments } from '../../support/lake-objects.ts';
import { RUBBISH } from '../../support/lake-rubbish.ts';
import { OBSERVED_AT, makeDelete, makePost } from '../../support/make-event.ts';
import { memoryRejected } from '../../support/memory-rejected.ts';
import { LAKE_ROW_SETTINGS, storedRecords, transformWorld } from '../../support/transform-world.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const ARRIVED_MS = Date.parse(OBSERVED_AT) + 250;
const at = { arrivedAtMs: ARRIVED_MS };
const NAME = 'deliver-lake-1-2026-11-20-17-38-30-shardId-000000000000.gz';
const FAULTS: FaultRates = { throttled: 0.05, requestLost: 0.05, answerLost: 0.05, slow: 0.02, partial: 0.05 };
const good = (n: number, overrides = {}) => makePost({ id: `twitter:${n}`, ...overrides });

/** The function over an S3 in memory, behind a network that may fail. */
function lake(rates: FaultRates = NO_FAULTS) {
  const clock = virtualClock(ARRIVED_MS);
  const net = network(clock, seededRandom(4));
  net.rates = rates;
  const s3 = simulatedS3(net);
  const rejected = memoryRejected();
  const counts: StoredCounts[] = [];
  const grow = growObjectIn({ s3: s3.clientOf({ name: 'deliver-lake', isAlive: true }), bucketName: 'lake' });
  const handler = deliverLake({
    settings: LAKE_ROW_SETTINGS,
    grow,
    keepRejected: rejected.keep,
    report: (each) => counts.push(each),
    reportFailure: () => undefined,
  });
  /** Hands a batch over once; returns the sequence numbers that failed. */
  const attempt = async (records: readonly StoredRecord[]): Promise<string[]> => {
    const { batchItemFailures } = await clock.run(handler(kinesisEvent(records)));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return {
    rejected,
    counts,
    net,
    attempt,
    /** Hands a batch over until it is done, as Lambda does. */
    async deliver(records: readonly StoredRecord[]): Promise<void> {
      while ((await attempt(records)).length > 0);
    },
    /** Lets everything end that is still on its way. */
    settle: () => clock.runUntil(clock.now() + 600_000),
    objects: () => s3.objects('lake'),
  };
}

describe('a batch', () => {
  test('lies in the lake by the day of its events, and as it came by the hour in which it came', async () => {
    const world = lake();
    const records = storedRecords([good(1), good(2, { created_at: '2026-11-19T23:59:59.999Z' }), makeDelete()], at);

    expect(await world.attempt(records)).toEqual([]);

    expect([...world.objects().keys()].toSorted()).toEqual([
      `original-data/year=2026/month=11/day=20/hour=17/${NAME}`,
      `raw/year=2026/month=11/day=19/${NAME}`,
      `raw/year=2026/month=11/day=20/${NAME}`,
    ]);
    expect(plainObjects(world.objects(), 'original-data/')[0]?.bytes).toEqual(
      Buffer.concat(records.map(({ data }) => data)),
    );
    expect(storedDocuments(world.objects(), 'raw/').map(({ document }) => [document['id'], document['kind']])).toEqual([
      ['twitter:2', 'post'],
      ['twitter:1', 'post'],
      ['twitter:1', 'delete'],
    ]);
    expect(world.counts).toEqual([{ stored: 3, rejected: {} }]);
  });

  test('has the lines that Firehose gets of the same records', async () => {
    const { records } = lakeDay({ seed: 9, events: 500 });
    const world = lake();

    await world.deliver(records);
    const answers = await transformWorld().transform(records);

    const lines = plainObjects(world.objects(), 'raw/')
      .map(({ bytes }) => bytes.toString())
      .join('');
    const expected = answers.map(({ data = '' }) => Buffer.from(data, 'base64').toString());
    expect(lines.split('\n').toSorted()).toEqual(expected.join('').split('\n').toSorted());
  });

  test('that comes again changes nothing', async () => {
    const world = lake();
    const records = storedRecords([good(1), 'rubbish', good(2)], at);
    await world.deliver(records);
    const before = world.objects();

    await world.deliver(records);
    await world.deliver(records.slice(0, 1));

    expect(world.objects()).toEqual(before);
  });

  test('that comes again with more behind it adds what is new', async () => {
    const world = lake();
    const records = storedRecords([good(1), good(2), good(3)], at);
    await world.deliver(records.slice(0, 2));

    await world.deliver(records.slice(1));

    expect(storedDocuments(world.objects(), 'raw/').map(({ document }) => document['id'])).toEqual([
      'twitter:1',
      'twitter:2',
      'twitter:3',
    ]);
  });

  test('of half a minute ends in one object, however many deliveries it takes, and the next in another', async () => {
    const world = lake();
    for (let i = 0; i < 20; i++) await world.deliver(storedRecords([good(i)], { ...at, from: i }));
    await world.deliver(storedRecords([good(20)], { arrivedAtMs: ARRIVED_MS + 30_000, from: 20 }));

    expect(
      plainObjects(world.objects(), 'raw/').map(({ bytes }) => bytes.toString().trimEnd().split('\n').length),
    ).toEqual([20, 1]);
  });

  test('without records is done', async () => {
    const world = lake();

    expect(await world.attempt([])).toEqual([]);
    expect(world.objects().size).toBe(0);
  });

  test('that the lake does not take is tried again from its first record, and not counted', async () => {
    const world = lake({ ...NO_FAULTS, requestLost: 1 });
    const records = storedRecords([good(1), good(2)], { ...at, from: 7 });

    expect(await world.attempt(records)).toEqual(['7']);
    world.net.rates = NO_FAULTS;
    expect(await world.attempt(records)).toEqual([]);

    expect(storedDocuments(world.objects(), 'raw/')).toHaveLength(2);
    expect(world.counts).toEqual([{ stored: 2, rejected: {} }]);
  });
});

describe('a record that is no event', () => {
  test.each(RUBBISH)('but $name is kept with its reason, and lies in the lake as it came', async ({ make, reason }) => {
    const world = lake();
    const records = storedRecords([good(1), make(makePost(), ARRIVED_MS), good(2)], at);

    await world.deliver(records);

    expect([...world.rejected.records].map(([key, record]) => [key, record.reason])).toEqual([
      ['rejected/2026-11-20/shardId-000000000000/1.json', reason],
    ]);
    expect(plainObjects(world.objects(), 'original-data/')[0]?.bytes).toEqual(
      Buffer.concat(records.map(({ data }) => data)),
    );
    expect(storedDocuments(world.objects(), 'raw/')).toHaveLength(2);
    expect(world.counts).toEqual([{ stored: 2, rejected: { [reason]: 1 } }]);
  });

  test('fails its batch where it cannot be kept, and the retry adds nothing twice', async () => {
    const world = lake();
    world.rejected.onKeep = () => {
      throw new Error('no answer');
    };
    const records = storedRecords([good(1), 'rubbish'], at);

    expect(await world.attempt(records)).toEqual(['0']);
    world.rejected.onKeep = () => undefined;
    expect(await world.attempt(records)).toEqual([]);

    expect(storedDocuments(world.objects(), 'raw/')).toHaveLength(1);
    expect(world.rejected.records.size).toBe(1);
  });
});

test('a generated day through a network that fails lies in the lake once, record for record', async () => {
  const day = lakeDay({ seed: 21, events: 600, rubbish: 0.03 });
  const random = seededRandom(2);
  const world = lake(FAULTS);

  for (const records of Map.groupBy(day.records, ({ shardId }) => shardId).values())
    for (let from = 0; from < records.length;) {
      const size = 1 + random.below(4);
      await world.deliver(records.slice(from, from + size));
      // Sometimes Lambda does not hear that a batch is done.
      if (!random.chance(0.1)) from += size;
    }
  await world.settle();

  const rows = storedDocuments(world.objects(), 'raw/').map(
    ({ document }) => `${String(document['event_key'])} ${String(document['arrived_at'])}`,
  );
  expect(rows.toSorted()).toEqual(
    day.observations
      .map(({ eventKey, arrivedAtMs }) => `${eventKey} ${new Date(arrivedAtMs).toISOString()}`)
      .toSorted(),
  );
  for (const [shardId, records] of Map.groupBy(day.records, (record) => record.shardId)) {
    const originals = plainObjects(world.objects(), 'original-data/').filter(({ key }) => key.includes(shardId));
    expect(
      Buffer.concat(originals.map(({ bytes }) => bytes)).equals(Buffer.concat(records.map(({ data }) => data))),
    ).toBe(true);
  }
  expect([...world.rejected.records.keys()].toSorted()).toEqual(
    day.rubbish.map(({ record, reason }) => rejectedKey({ ...record, reason, detail: '' })).toSorted(),
  );
  expect(world.net.faults.size).toBeGreaterThan(3);
});
