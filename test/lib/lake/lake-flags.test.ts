import { describe, expect, test } from 'vitest';

import { LakeSettingsSchema } from '../../../core/lake-settings.ts';
import { readConfig } from '../../../lib/config.ts';
import { bufferMib, catalogNames, lakeSettings } from '../../../lib/lake/lake-flags.ts';
import { PRESET_NAMES, presetNamed } from '../../../presets/presets.ts';
import { readPreset, type Preset } from '../../../presets/preset-schema.ts';

/** The message of the error that a context ends in. */
function refusal(context: Record<string, unknown>): string {
  try {
    readConfig(context);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

/** A preset that gathers events so. */
function presetWith(lake: object): Preset {
  return readPreset({ ...presetNamed('nba'), lake });
}

describe('the settings of the lake stage', () => {
  test('keep every event, in lines of JSON, with a job a day, unless told otherwise', () => {
    for (const target of ['aws', 'local'])
      expect(readConfig({ target })).toMatchObject({
        lake: true,
        lakeFormat: 'json',
        lakeOriginalDays: 30,
        lakeQueryMaxGib: 10,
        lakeDedupeHours: 24,
        lakeCrawler: false,
        lakeFormation: false,
      });
  });

  test.each([
    [{ lakeFormat: 'orc' }, 'lakeFormat: is "orc"; allowed is json, parquet'],
    [{ lakeDedupeHours: '5' }, 'lakeDedupeHours: is "5"; allowed is 0, 1, 2, 3, 4, 6, 8, 12, 24'],
    [{ lakeOriginalDays: '1' }, 'lakeOriginalDays: is "1"; allowed is a whole number from 2'],
    [{ lakeFormation: 'true' }, 'lakeFormation: is true, but only -c lakeFormat=parquet and -c lakeCrawler=true need'],
    [{ target: 'local', lakeFormat: 'parquet' }, 'lakeFormat: parquet is for aws'],
    [{ target: 'local', lakeCrawler: 'true' }, 'lakeCrawler: is for aws'],
    [{ target: 'local', lakeFormation: 'true' }, 'lakeFormation: is for aws'],
    [{ lake: 'perhaps' }, 'lake: is "perhaps"; allowed is true, false'],
  ])('refuse %j: %s', (context, message) => {
    expect(refusal(context)).toContain(message);
  });

  test.each([
    [{ lake: 'false', search: 'true', searchFeed: 'lake' }],
    [{ lake: 'false', search: 'true', preset: 'sentiment', searchFeed: 'lake' }],
  ])('refuse an index that is fed from no lake, and say what to do: %j', (context) => {
    expect(refusal(context)).toMatch(/^lake: is false, but .* turn the lake on, or say -c searchFeed=stream$/);
  });

  test('take a lake that is off where nothing is fed from it', () => {
    expect(readConfig({ lake: 'false', search: 'true' }).lake).toBe(false);
    expect(readConfig({ lake: 'false', searchFeed: 'lake' }).lake).toBe(false);
  });
});

describe('what rows of the lake are made with', () => {
  test.each(PRESET_NAMES)('is of the preset %s, and what the functions can read', (name) => {
    const preset = presetNamed(name);
    const settings = LakeSettingsSchema.parse(JSON.parse(JSON.stringify(lakeSettings({ preset }))));

    expect(settings.features).toEqual(preset.features);
    expect(settings.weights.twitter).toMatchObject({ mention: 1_000_000 });
  });
});

describe('how much is gathered of a day', () => {
  test.each([
    [1, 64],
    [10, 64],
    [64, 64],
    [100, 100],
    [128, 128],
  ])('is of %i MiB at least what AWS allows: %i', (wanted, allowed) => {
    expect(bufferMib(presetWith({ bufferMib: wanted }))).toBe(allowed);
  });

  test.each([
    ['sentiment', { bufferMib: 10, bufferSeconds: 900 }],
    ['nba', { bufferMib: 64, bufferSeconds: 60 }],
    ['trends', { bufferMib: 64, bufferSeconds: 60 }],
  ] as const)('is for the preset %s that of what it replaces', (name, lake) => {
    expect(presetNamed(name).lake).toEqual(lake);
  });

  test.each([{ bufferMib: 129 }, { bufferSeconds: 59 }, { bufferSeconds: 901 }])('is never %j', (lake) => {
    expect(() => presetWith(lake)).toThrow('lake.buffer');
  });
});

test('two presets have catalogs of their own', () => {
  const names = PRESET_NAMES.map((name) => catalogNames({ name }));

  expect(catalogNames({ name: 'cats-vs-dogs' })).toEqual({
    database: 'groundswell_cats_vs_dogs',
    workgroup: 'groundswell-cats-vs-dogs',
  });
  expect(new Set(names.map(({ database }) => database)).size).toBe(PRESET_NAMES.length);
});
