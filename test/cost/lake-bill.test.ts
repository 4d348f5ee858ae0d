import { describe, expect, test } from 'vitest';

import { lakeBytes, lakeCost, withTransform } from '../../cost/lake-bill.ts';
import { LAKE_FIGURES } from '../../cost/lake-figures.ts';
import { lakeResources, type LakeResources } from '../../cost/lake-resources.ts';
import type { Operations } from '../../cost/operations.ts';
import { lakeLine, lakeRecord } from '../../storage/lake/lake-record.ts';
import { resourcesOf, synthApp, type Settings } from '../support/app.ts';
import { lakeDay } from '../support/lake-day.ts';
import { LAKE_ROW_SETTINGS } from '../support/transform-world.ts';

const TYPES = ['AWS::KinesisFirehose::DeliveryStream', 'AWS::Glue::Job', 'AWS::Glue::Trigger'];
const NOTHING = { records: 0, sorting: 0, requests: 0, job: 0 };

/** What of the lake of such an app has a price. */
function resourcesWith(settings: Settings = {}): LakeResources {
  const app = synthApp(settings);
  return lakeResources(TYPES.flatMap((type) => resourcesOf(app, type)));
}

/** An hour of events of so many bytes. */
function hourOf(rate: number, bytes = 600): Operations {
  return {
    rate,
    streamBytes: rate * 3_600 * bytes,
    writeUnits: {},
    readUnits: {},
    liveRowBytes: 0,
    s3Writes: 0,
    s3Reads: 0,
    summaryBytes: 0,
    invocations: { 'write-live': 1 },
    seconds: { 'write-live': 1 },
  };
}

describe('what of the lake has a price', () => {
  test('is what its templates say', () => {
    expect(resourcesWith({ preset: 'sentiment', lakeFormat: 'parquet', lakeDedupeHours: '6' })).toEqual({
      delivery: {
        rows: { bufferMib: 64, bufferSeconds: 900 },
        originals: { bufferMib: 64, bufferSeconds: 300 },
        hasConversion: true,
      },
      job: { dpus: 2, runsPerHour: 1 / 6 },
    });
    expect(resourcesWith().job.runsPerHour).toBe(1 / 24);
    expect(resourcesWith({ lakeDedupeHours: '0' }).job.runsPerHour).toBe(0);
  });

  test('is nothing where there is no lake', () => {
    const none = resourcesWith({ lake: 'false' });

    expect(lakeCost(none, hourOf(100))).toEqual(NOTHING);
    expect(lakeBytes(none, hourOf(100))).toEqual({ kept: 0, originals: 0 });
    expect(withTransform(hourOf(100), { ...none, shards: 1 }, 1)).toEqual(hourOf(100));
  });
});

describe('the cost of an hour', () => {
  const lake = resourcesWith();
  const GIB = 1024 ** 3;

  test.each([
    [600, 5_120],
    [5_120, 5_120],
    [5_121, 10_240],
  ])('counts a record of %i bytes as %i', (bytes, billed) => {
    expect(lakeCost(lake, hourOf(1, bytes)).records).toBeCloseTo(((3_600 * billed) / GIB) * 0.029, 8);
  });

  // By hand: 60 files of rows and 12 of originals.
  test('counts a file a minute of rows and one every five of originals, however few they are', () => {
    expect(lakeCost(lake, hourOf(0.1)).requests).toBeCloseTo(72 * 0.005e-3, 10);
  });

  test('counts more files where the size is reached before the time', () => {
    const rows = (5_000 * 3_600 * LAKE_FIGURES.rowBytes) / (64 * 1024 ** 2);
    const originals = (5_000 * 3_600 * 600) / (64 * 1024 ** 2);

    expect(lakeCost(lake, hourOf(5_000)).requests).toBeCloseTo((rows + originals) * 0.005e-3, 8);
  });

  test('is of fewer files where events are gathered for longer', () => {
    const seldom = resourcesWith({ preset: 'sentiment' });

    expect(lakeCost(seldom, hourOf(1)).requests).toBeCloseTo((4 + 12) * 0.005e-3, 10);
    expect(lakeCost(seldom, hourOf(1)).sorting).toBeLessThan(lakeCost(lake, hourOf(1)).sorting);
  });

  test('has the conversion only where it is on', () => {
    const parquet = lakeCost(resourcesWith({ lakeFormat: 'parquet' }), hourOf(100));
    const json = lakeCost(lake, hourOf(100));

    expect(parquet.sorting - json.sorting).toBeCloseTo((json.records / 0.029) * 0.018, 8);
  });

  test('idle is that of a run of the job a day, and nothing of it where nobody starts one', () => {
    expect(lakeCost(lake, hourOf(0))).toEqual({ ...NOTHING, job: (2 * 180 * 0.29) / 3_600 / 24 });
    expect(lakeCost(resourcesWith({ lakeDedupeHours: '0' }), hourOf(0))).toEqual(NOTHING);
  });
});

describe('transform-lake', () => {
  test('is asked once a minute of each shard, or for each MiB', () => {
    const lake = resourcesWith();
    const calls = (rate: number, shards: number) =>
      withTransform(hourOf(rate), { ...lake, shards }, 1).invocations['transform-lake'];

    expect(calls(1, 1)).toBe(60);
    expect(calls(1, 3)).toBe(180);
    expect(calls(1_000, 1)).toBeCloseTo((3_600 * 1_000 * 600) / 1024 ** 2, 6);
  });
});

test('the bytes of a row are those of generated posts', () => {
  const { records } = lakeDay({ seed: 2, events: 2_000, rubbish: 0 });
  const lines = records.map(({ data, arrivedAtMs }) => {
    const made = lakeRecord(data, arrivedAtMs, LAKE_ROW_SETTINGS);
    return made.ok ? Buffer.byteLength(lakeLine(made.row)) : Number.NaN;
  });
  const mean = lines.reduce((sum, bytes) => sum + bytes, 0) / lines.length;

  expect(mean / LAKE_FIGURES.rowBytes).toBeCloseTo(1, 1);
});
