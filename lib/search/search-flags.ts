import * as z from 'zod';

import { POSTS_ALIAS, sharedAlias } from '../../core/search/index-name.ts';
import type { SearchSettings } from '../../core/search/search-settings.ts';
import { SEARCH_FEEDS, type Preset, type SearchFeed } from '../../presets/preset-schema.ts';
import { InvalidSettingsError, oneOf, wholeNumber } from '../../presets/read-settings.ts';
import { fromText } from '../from-text.ts';

const SMALLEST_INSTANCE = 't3.small.search';
/** A node holds 25 shards for a GiB of heap (https://docs.aws.amazon.com/opensearch-service/latest/developerguide/bp-sharding.html); this one has a GiB, and the server needs some for itself. */
const MOST_DAYS = 20;
const LOGINS = ['none', 'cognito'] as const;
/** An address range wider than this, 256 addresses, is no home and no office. */
const SHORTEST_PREFIX = 24;
const MOST_RANGES = 10;
const GIB = 1024 ** 3;
/** Of a disk what indices may take by default: what a domain can take, with some room to notice. */
const USABLE_SHARE = 0.7;
/**
 * Of a disk what a domain can take before it refuses to write: it keeps 20 % to itself, up to 20 GiB a node, and Linux
 * 5 % of the rest. https://docs.aws.amazon.com/opensearch-service/latest/developerguide/bp-storage.html
 */
export const WRITABLE_SHARE = 0.76;

/** The settings of the search stage. */
export const SEARCH_FLAGS = {
  /** Whether posts are indexed in an OpenSearch domain of our own; it costs about 27 USD a month, used or not. @default false */
  search: fromText(z.boolean('allowed is true, false')).default(false),
  /** The OpenSearch server on this machine, as http://HOST:PORT without a login; local only. @default - no search */
  searchEndpoint: z.url({ protocol: /^https?$/, error: 'allowed is http://HOST:PORT' }).optional(),
  /** Where the index gets its documents from. @default - as the preset says */
  searchFeed: oneOf(SEARCH_FEEDS).optional(),
  /** What the domain runs on. @default t3.small.search */
  searchInstance: z
    .string()
    .regex(/^[a-z0-9]+\.[a-z0-9]+\.search$/, 'allowed is an instance type such as t3.small.search')
    .default(SMALLEST_INSTANCE),
  /** Its disk. @default 10 */
  searchVolumeGib: fromText(wholeNumber(10, 1_000)).default(10),
  /** What all indices may take; beyond it the oldest index goes. @default - 70 % of the disk */
  searchMaxGib: fromText(wholeNumber(1, 1_000)).optional(),
  /** How long posts can be found, by the time they were written. @default 90 */
  searchRetentionDays: fromText(wholeNumber(1, 3_650)).default(90),
  /** How soon a post can be found, in seconds. @default - 5 on aws, 1 on local */
  searchRefreshSeconds: fromText(wholeNumber(1, 3_600)).optional(),
  /** Where people may open Dashboards from, at most 10 addresses and ranges: `203.0.113.7,198.51.100.0/24`. @default - nowhere */
  searchAllowedAddresses: addressRanges().default([]),
  /** Whether people sign in to Dashboards by Cognito, with rights of their own. @default none */
  searchLogin: oneOf(LOGINS).default('none'),
};

export type SearchFlags = z.output<z.ZodObject<typeof SEARCH_FLAGS>>;

/** @throws InvalidSettingsError where the settings contradict each other, or what the preset asks for */
export function checkSearchFlags(flags: SearchFlags & { readonly preset: Preset }, target: 'aws' | 'local'): void {
  checkServer(flags, target);
  checkLogin(flags);
  checkRoom(flags);
}

function checkServer({ search, searchEndpoint }: SearchFlags, target: 'aws' | 'local'): void {
  if (target === 'aws' && searchEndpoint !== undefined)
    throw new InvalidSettingsError('searchEndpoint: is for local; on aws say -c search=true for a domain of your own');
  if (searchEndpoint !== undefined && new URL(searchEndpoint).username !== '')
    // It would be readable in the template and in the environment of every function.
    throw new InvalidSettingsError(
      'searchEndpoint: holds a login; allowed is http://HOST:PORT of a server without one',
    );
  if (target === 'local' && search)
    throw new InvalidSettingsError('search: a domain is for aws; on this machine `npm start` brings a server itself');
}

function checkLogin({ search, searchLogin, searchAllowedAddresses }: SearchFlags): void {
  if (searchLogin === 'cognito' && searchAllowedAddresses.length > 0)
    throw new InvalidSettingsError(
      'searchAllowedAddresses: is for searchLogin none; with cognito people sign in, from wherever they are',
    );
  if (searchLogin === 'cognito' && !search)
    throw new InvalidSettingsError('searchLogin: cognito is for a domain of your own, with -c search=true');
}

function checkRoom({ preset, search, ...flags }: SearchFlags & { readonly preset: Preset }): void {
  const mostGib = Math.floor(WRITABLE_SHARE * flags.searchVolumeGib);
  if ((flags.searchMaxGib ?? 0) > mostGib)
    throw new InvalidSettingsError(
      `searchMaxGib: is ${flags.searchMaxGib}; allowed with searchVolumeGib ${flags.searchVolumeGib} is ${mostGib} or less: a domain refuses to write before its disk is full`,
    );
  const isSmall = flags.searchInstance === SMALLEST_INSTANCE;
  if (search && isSmall && preset.searchIndexPeriod === 'day' && flags.searchRetentionDays > MOST_DAYS)
    throw new InvalidSettingsError(
      `searchRetentionDays: is ${flags.searchRetentionDays}; allowed with an index a day on ${SMALLEST_INSTANCE} is ${MOST_DAYS} or less`,
    );
}

/** Whether the app has a search stage. */
export function hasSearch({ search, searchEndpoint }: Pick<SearchFlags, 'search' | 'searchEndpoint'>): boolean {
  return search || searchEndpoint !== undefined;
}

/** Where the index gets its documents from; undefined where there is no index. */
export function searchFeedOf(flags: SearchFlags & { readonly preset: Preset }): SearchFeed | undefined {
  return hasSearch(flags) ? (flags.searchFeed ?? flags.preset.searchFeed) : undefined;
}

/** What the functions of the search stage, and the commands, run with. */
export function searchSettings(flags: SearchFlags & { readonly preset: Preset }): SearchSettings {
  const { preset, searchEndpoint, searchMaxGib, searchVolumeGib } = flags;
  const isShared = searchEndpoint !== undefined;
  return {
    alias: isShared ? sharedAlias(preset.name) : POSTS_ALIAS,
    indexPeriod: preset.searchIndexPeriod,
    refreshSeconds: flags.searchRefreshSeconds ?? (isShared ? 1 : 5),
    retentionDays: flags.searchRetentionDays,
    maxBytes: searchMaxGib === undefined ? Math.floor(USABLE_SHARE * searchVolumeGib * GIB) : searchMaxGib * GIB,
    features: preset.features,
  };
}

/** A list of IPv4 addresses and ranges, or a text with commas between them; each as a range. */
function addressRanges() {
  return z.unknown().transform((value, context): readonly string[] => {
    const given: readonly unknown[] =
      typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
    const ranges = given.map((range) => (typeof range === 'string' && !range.includes('/') ? `${range}/32` : range));
    if (ranges.length <= MOST_RANGES && ranges.every(isHome)) return ranges;
    context.addIssue({
      code: 'custom',
      message: `allowed are at most ${MOST_RANGES} IPv4 addresses and ranges of /${SHORTEST_PREFIX} or longer, with commas between: whoever comes from there reads and changes everything, without signing in`,
    });
    return z.NEVER;
  });
}

function isHome(range: unknown): range is string {
  const { data } = z.cidrv4().safeParse(range);
  return data !== undefined && Number(data.split('/')[1]) >= SHORTEST_PREFIX && !data.startsWith('0.');
}
