import * as z from 'zod';

import type { LakeSettings } from '../../core/lake-settings.ts';
import type { Preset } from '../../presets/preset-schema.ts';
import { InvalidSettingsError, oneOf, wholeNumber } from '../../presets/read-settings.ts';
import { resolveWeights } from '../../presets/weights.ts';
import { fromText } from '../from-text.ts';
import { searchFeedOf, type SearchFlags } from '../search/search-flags.ts';

const FORMATS = ['json', 'parquet'] as const;
/** Those that make each day alike. */
const DEDUPE_HOURS = [0, 1, 2, 3, 4, 6, 8, 12, 24] as const;
/**
 * The least that Firehose allows with dynamic partitioning, and with conversion.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
 */
const LEAST_BUFFER_MIB = 64;

/** The settings of the lake stage. */
export const LAKE_FLAGS = {
  /** Whether every event is kept in a lake of files. @default true */
  lake: onOff().default(true),
  /**
   * How Firehose writes observations: lines of JSON, compressed, or Parquet, which it charges for. Decided at the first
   * deployment: after a change Athena reads no older day of `raw` until its objects are written again. @default json
   */
  lakeFormat: oneOf(FORMATS).default('json'),
  /** How long records are kept as they came, to be replayed; a day to notice what is missing, at least. @default 30 */
  lakeOriginalDays: fromText(wholeNumber(2, 3_650)).default(30),
  /** What one query may read at most; Athena takes 5 USD for a TiB. @default 10 */
  lakeQueryMaxGib: fromText(wholeNumber(1, 1_000_000)).default(10),
  /** Every how many hours the job runs that keeps one row for each post; 0: only when it is started. @default 24 */
  lakeDedupeHours: fromText(z.literal(DEDUPE_HOURS, `allowed is ${DEDUPE_HOURS.join(', ')}`)).default(24),
  /** Whether a crawler looks through `posts/` after that job; the tables need none. @default false */
  lakeCrawler: onOff().default(false),
  /** Whether Lake Formation decides who reads the tables in this account: rights are granted there as well. @default false */
  lakeFormation: onOff().default(false),
};

type LakeFlags = z.output<z.ZodObject<typeof LAKE_FLAGS>>;

/**
 * @throws InvalidSettingsError where the index is to be fed from a lake that is turned off, and where a setting would do
 * nothing
 */
export function checkLakeFlags(
  flags: LakeFlags & SearchFlags & { readonly preset: Preset },
  target: 'aws' | 'local',
): void {
  if (target === 'local') refuseLocally(flags);
  checkFeed(flags);
  checkLakeFormation(flags);
}

/** The emulator's lake has lines of JSON, and neither Glue nor Lake Formation. */
function refuseLocally({ lakeFormat, lakeCrawler, lakeFormation }: LakeFlags): void {
  if (lakeFormat === 'parquet')
    throw new InvalidSettingsError(
      'lakeFormat: parquet is for aws, where Firehose makes it; on this machine the lake has lines of JSON: leave it out',
    );
  if (lakeCrawler)
    throw new InvalidSettingsError('lakeCrawler: is for aws; the emulator runs no crawler: leave it out');
  if (lakeFormation)
    throw new InvalidSettingsError('lakeFormation: is for aws; the emulator has no Lake Formation: leave it out');
}

/** The tables that people ask need no grant of ours. */
function checkLakeFormation({ lakeFormat, lakeCrawler, lakeFormation }: LakeFlags): void {
  if (!lakeFormation || lakeFormat === 'parquet' || lakeCrawler) return;
  throw new InvalidSettingsError(
    'lakeFormation: is true, but only -c lakeFormat=parquet and -c lakeCrawler=true need grants; say one of them too, or leave it out',
  );
}

function checkFeed(flags: LakeFlags & SearchFlags & { readonly preset: Preset }): void {
  if (flags.lake || searchFeedOf(flags) !== 'lake') return;
  throw new InvalidSettingsError(
    `lake: is false, but preset ${flags.preset.name} feeds its search index from the lake; turn the lake on, or say -c searchFeed=stream`,
  );
}

/** What the functions of the lake stage, and the commands, run with. */
export function lakeSettings({ preset }: { readonly preset: Preset }): LakeSettings {
  return { features: preset.features, weights: resolveWeights(preset.weights) };
}

/** What Athena knows the lake of a preset by. A name of a database holds no `-`. */
export function catalogNames({ name }: Pick<Preset, 'name'>) {
  return { database: `groundswell_${name.replaceAll('-', '_')}`, workgroup: `groundswell-${name}` };
}

/** How much Firehose gathers of a day before it writes a file, in MiB: as the preset says, at least what AWS allows. */
export function bufferMib({ lake }: Pick<Preset, 'lake'>): number {
  return Math.max(LEAST_BUFFER_MIB, lake.bufferMib);
}

function onOff() {
  return fromText(z.boolean('allowed is true, false'));
}
