import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';

import { SOURCES, type Source } from '../core/sources.ts';
import type { TrendSettings } from '../core/trend-settings.ts';
import { trackedKeywords, type Preset } from '../presets/preset-schema.ts';
import { PRESET_NAMES, presetNamed } from '../presets/presets.ts';
import { InvalidSettingsError, oneOf, readSettings, strictSettings, wholeNumber } from '../presets/read-settings.ts';
import { resolveWeights } from '../presets/weights.ts';
import { fromText } from './from-text.ts';
import { LAKE_FLAGS, checkLakeFlags } from './lake/lake-flags.ts';
import { SEARCH_FLAGS, checkSearchFlags } from './search/search-flags.ts';

const TARGETS = ['aws', 'local'] as const;
const REMOVALS = ['retain', 'destroy'] as const;
const STREAM_MODES = ['on-demand', 'provisioned'] as const;
const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** The environment settings: `-c name=value`, or the object `groundswell` in cdk.json. */
const SettingsSchema = strictSettings({
  /** Who gets the alarms. @default - nobody */
  alarmEmail: z.email('allowed is an e-mail address').optional(),
  /**
   * Minutes without any incoming event after which people are told; 0: nobody is, as producers run now and then only.
   * @default 15
   */
  noDataMinutes: fromText(wholeNumber(0, 1_440)).default(15),
  /** Whether the stream has a fixed number of shards. @default provisioned */
  streamMode: oneOf(STREAM_MODES).default('provisioned'),
  /** Shards of a provisioned stream; one takes 1 MiB or 1,000 events a second. @default 1 */
  shards: fromText(wholeNumber(1, 10_000)).default(1),
  /** How long the stream keeps events, in hours. @default 24 */
  streamRetentionHours: fromText(wholeNumber(24, 8_760)).default(24),
  /** Over how many partitions a minute of one source is spread in its table; one takes 1,000 rows a second. @default 1 */
  writeShards: fromText(wholeNumber(1, 64)).default(1),
  /** Hours after its start during which a window accepts changes. @default 48 */
  lateHours: fromText(wholeNumber(1, 168)).default(48),
  /** What becomes of tables, buckets and the stream when their stack goes. @default - retain on aws, destroy on local */
  removal: oneOf(REMOVALS).optional(),
  /** Whether functions send traces to X-Ray. @default false */
  tracing: fromText(z.boolean('allowed is true, false')).default(false),
  /** How long functions' logs are kept. @default 30 */
  logRetentionDays: fromText(z.literal(LOG_RETENTION_DAYS, `allowed is ${LOG_RETENTION_DAYS.join(', ')}`)).default(
    RetentionDays.ONE_MONTH,
  ),
  /** How long summaries are kept; longer than any window accepts changes. @default 30 */
  summaryRetentionDays: fromText(wholeNumber(8, 3_650)).default(30),
  /** How long rejected and failed records are kept; a day longer than they can change a table, at least. @default 90 */
  rejectedRetentionDays: fromText(wholeNumber(1, 3_650)).default(90),
  /** The networks whose producers run always on, on Fargate: `bluesky,hackernews`. @default - none */
  producers: networks().default([]),
  /** An e-mail address or page that networks may write to: always-on producers name it. @default - they name nobody */
  producerContact: z.string().min(1).optional(),
  ...SEARCH_FLAGS,
  ...LAKE_FLAGS,
});

/** What the context holds besides settings and the CDK's own entries. */
const ContextSchema = z.object({
  /** Where the app is deployed: `local` is the emulator. @default aws */
  target: oneOf(TARGETS).default('aws'),
  /** @default trends */
  preset: oneOf(PRESET_NAMES).default('trends'),
  /** Settings as cdk.json has them; those given by `-c` win. @default - none */
  groundswell: z.record(z.string(), z.unknown(), 'allowed is an object of settings').default({}),
});

/** Everything that the app is built from, checked. */
export interface Config extends Readonly<Omit<z.output<typeof SettingsSchema>, 'removal'>> {
  readonly target: (typeof TARGETS)[number];
  readonly preset: Preset;
  readonly removal: (typeof REMOVALS)[number];
}

/**
 * Reads the context of the CDK app. Names with a colon or an @ are the CDK's own.
 * @throws InvalidSettingsError naming every wrong setting with its path, its value and what is allowed
 */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const { target, preset, groundswell } = readSettings('the context', ContextSchema, context);
  const chosen = Object.entries(context).filter(([name]) => isSettingName(name));
  const settings = readSettings('the settings', SettingsSchema, { ...groundswell, ...Object.fromEntries(chosen) });
  if (target === 'local' && settings.producers.length > 0)
    throw new InvalidSettingsError(
      `producers: always on is for aws; on this machine run \`npm run producer:${settings.producers[0]}\``,
    );
  checkRejectedRetention(settings);
  const removal = settings.removal ?? (target === 'local' ? 'destroy' : 'retain');
  const config = { ...settings, removal, target, preset: presetNamed(preset) };
  checkSearchFlags(config, target);
  checkLakeFlags(config, target);
  return config;
}

/** What was rejected can be put right and sent again for as long as it can still change a table. */
function checkRejectedRetention({ rejectedRetentionDays: days, lateHours }: z.output<typeof SettingsSchema>): void {
  const leastDays = Math.ceil(lateHours / 24) + 1;
  if (days >= leastDays) return;
  throw new InvalidSettingsError(
    `rejectedRetentionDays: is ${days}; allowed with lateHours ${lateHours} is ${leastDays} or more, so that rejected records are kept until they come too late for every table`,
  );
}

function isSettingName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !(name in ContextSchema.shape);
}

/** What the functions of the trends stage, and the commands, run with. */
export function trendSettings({ preset, lateHours, writeShards }: Config): TrendSettings {
  return {
    lateHours,
    writeShards,
    snapshotSize: preset.snapshotSize,
    openSnapshotSize: preset.openSnapshotSize,
    openCategories: preset.openCategories,
    rowsPerCategory: preset.rowsPerCategory,
    trackedKeywords: trackedKeywords(preset.topics),
    weights: resolveWeights(preset.weights),
  };
}

/** What becomes of a stateful resource when its stack goes. */
export function removalPolicy({ removal }: Config): RemovalPolicy {
  return removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

/** A list of networks, or a text with commas between them; each once, in the order of SOURCES. */
function networks() {
  return z.unknown().transform((value, context): readonly Source[] => {
    const names: readonly unknown[] =
      typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [''];
    if (names.every((name) => SOURCES.some((known) => known === name)))
      return SOURCES.filter((source) => names.includes(source));
    context.addIssue({ code: 'custom', message: `allowed is a list of ${SOURCES.join(', ')}, with commas between` });
    return z.NEVER;
  });
}
