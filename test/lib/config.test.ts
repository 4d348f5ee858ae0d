import { describe, expect, test } from 'vitest';

import { SOURCES } from '../../core/sources.ts';
import { TrendSettingsSchema } from '../../core/trend-settings.ts';
import { readConfig, trendSettings } from '../../lib/config.ts';
import { PRESET_NAMES } from '../../presets/presets.ts';

/** The message of the error that a context ends in. */
function refusal(context: Record<string, unknown>): string {
  try {
    readConfig(context);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('the settings', () => {
  test('have a default each', () => {
    expect(readConfig({})).toMatchObject({
      target: 'aws',
      preset: { name: 'trends' },
      streamMode: 'provisioned',
      shards: 1,
      streamRetentionHours: 24,
      writeShards: 1,
      lateHours: 48,
      removal: 'retain',
      tracing: false,
      logRetentionDays: 30,
      summaryRetentionDays: 30,
      rejectedRetentionDays: 90,
      producers: [],
    });
  });

  test('let data go with the stacks on the emulator, unless told otherwise', () => {
    expect(readConfig({ target: 'local' }).removal).toBe('destroy');
    expect(readConfig({ target: 'local', removal: 'retain' }).removal).toBe('retain');
  });

  test('are read from texts, as -c gives them, and from values, as cdk.json has them', () => {
    expect(readConfig({ shards: '3', tracing: 'true' })).toMatchObject({ shards: 3, tracing: true });
    expect(readConfig({ groundswell: { shards: 3, tracing: true } })).toMatchObject({ shards: 3, tracing: true });
  });

  test('name networks by a text with commas or a list, each once', () => {
    expect(readConfig({ producers: 'hackernews,bluesky,hackernews' }).producers).toEqual(['bluesky', 'hackernews']);
    expect(readConfig({ groundswell: { producers: ['bluesky'] } }).producers).toEqual(['bluesky']);
  });

  test('have no always-on producers on the emulator', () => {
    expect(refusal({ target: 'local', producers: 'bluesky' })).toBe(
      'producers: always on is for aws; on this machine run `npm run producer:bluesky`',
    );
  });

  test('take a search server on this machine only', () => {
    const searchEndpoint = 'http://127.0.0.1:9200';

    expect(readConfig({ target: 'local', searchEndpoint })).toMatchObject({ searchEndpoint });
    expect(readConfig({ target: 'local' }).searchEndpoint).toBeUndefined();
    expect(refusal({ searchEndpoint })).toContain('searchEndpoint: is for local');
    expect(refusal({ target: 'local', searchEndpoint: 'http://me:secret@s' })).toBe(
      'searchEndpoint: holds a login; allowed is http://HOST:PORT of a server without one',
    );
  });

  test('given by -c win over those of cdk.json', () => {
    expect(readConfig({ shards: '3', groundswell: { shards: 2, writeShards: 4 } })).toMatchObject({
      shards: 3,
      writeShards: 4,
    });
  });

  test('are not looked for in what the CDK and its flags put into the context', () => {
    expect(() => readConfig({ 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:newStyle': true })).not.toThrow();
  });

  test.each([
    [{ shards: 'abc' }, 'shards: is "abc"; allowed is a whole number from 1 to 10000'],
    [{ shards: '' }, 'shards: is ""; allowed is a whole number from 1 to 10000'],
    [{ shards: '1.5' }, 'shards: is "1.5"; allowed is a whole number from 1 to 10000'],
    [{ shards: '0' }, 'shards: is "0"; allowed is a whole number from 1 to 10000'],
    [{ shards: '1e3' }, 'shards: is "1e3"; allowed is a whole number from 1 to 10000'],
    [{ streamRetentionHours: '23' }, 'streamRetentionHours: is "23"; allowed is a whole number from 24 to 8760'],
    [{ writeShards: '65' }, 'writeShards: is "65"; allowed is a whole number from 1 to 64'],
    [{ lateHours: '169' }, 'lateHours: is "169"; allowed is a whole number from 1 to 168'],
    [{ summaryRetentionDays: '7' }, 'summaryRetentionDays: is "7"; allowed is a whole number from 8 to 3650'],
    [{ streamMode: 'ondemand' }, 'streamMode: is "ondemand"; allowed is on-demand, provisioned'],
    [{ removal: 'keep' }, 'removal: is "keep"; allowed is retain, destroy'],
    [{ tracing: 'yes' }, 'tracing: is "yes"; allowed is true, false'],
    [{ alarmEmail: 'me' }, 'alarmEmail: is "me"; allowed is an e-mail address'],
    [{ logRetentionDays: '4' }, 'logRetentionDays: is "4"; allowed is 1, 3, 5, 7, 14, 30,'],
    ...['x', '', 'bluesky,', 'bluesky, reddit', ['bluesky', 7], 7, true].map(
      (producers): [Record<string, unknown>, string] => [
        { producers },
        `producers: is ${JSON.stringify(producers)}; allowed is a list of ${SOURCES.join(', ')}, with commas between`,
      ],
    ),
    [{ searchEndpoint: 'here' }, 'searchEndpoint: is "here"; allowed is http://HOST:PORT'],
    [{ searchEndpoint: 'ftp://here' }, 'searchEndpoint: is "ftp://here"; allowed is http://HOST:PORT'],
    [{ target: 'laptop' }, 'target: is "laptop"; allowed is aws, local'],
    [{ preset: 'trend' }, `preset: is "trend"; allowed is ${PRESET_NAMES.join(', ')}`],
    [{ groundswell: 'shards=2' }, 'groundswell: is "shards=2"; allowed is an object of settings'],
    [{ groundswell: { shards: -1 } }, 'shards: is -1; allowed is a whole number from 1 to 10000'],
  ])('refuse %j with the path, the value and what is allowed', (context, sentence) => {
    expect(refusal(context)).toContain(sentence);
  });

  test.each([
    [{ rejectedRetentionDays: '2' }, 'rejectedRetentionDays: is 2; allowed with lateHours 48 is 3 or more'],
    [{ rejectedRetentionDays: '7', lateHours: '168' }, 'is 7; allowed with lateHours 168 is 8 or more'],
    [{ rejectedRetentionDays: '2', lateHours: '25' }, 'is 2; allowed with lateHours 25 is 3 or more'],
  ])('refuse %j, with which rejected records would go before they are too late', (context, sentence) => {
    expect(refusal(context)).toContain(sentence);
  });

  test.each([
    { rejectedRetentionDays: '3' },
    { rejectedRetentionDays: '8', lateHours: '168' },
    { rejectedRetentionDays: '2', lateHours: '24' },
  ])('take %j, with which they stay a day longer', (context) => {
    expect(readConfig(context).rejectedRetentionDays).toBe(Number(context.rejectedRetentionDays));
  });

  test.each([[{ shard: '2' }], [{ groundswell: { shard: 2 } }]])(
    'refuse the unknown %j and name the known',
    (context) => {
      expect(refusal(context)).toContain('shard: unknown; known are alarmEmail, noDataMinutes, streamMode, shards, ');
    },
  );

  test('are refused all at once', () => {
    const lines = refusal({ shards: 'abc', tracing: 'yes', shard: '2' }).split('\n');

    expect(lines).toHaveLength(4);
  });
});

describe('the settings of the trends stage', () => {
  test('come from the preset and the environment', () => {
    const config = readConfig({ lateHours: '24', writeShards: '2' });

    expect(trendSettings(config)).toMatchObject({
      lateHours: 24,
      writeShards: 2,
      snapshotSize: 100,
      openSnapshotSize: 20,
      openCategories: 30,
      rowsPerCategory: 10,
      trackedKeywords: expect.arrayContaining(['ai', 'meteor shower']),
      weights: { twitter: { replies: 200_000, reposts: 500_000, likes: 300_000, mention: 1_000_000 } },
    });
  });

  test.each(PRESET_NAMES)('are what the functions take, for the preset %s', (preset) => {
    const settings = trendSettings(readConfig({ preset }));

    expect(TrendSettingsSchema.parse(settings)).toEqual(settings);
  });
});
