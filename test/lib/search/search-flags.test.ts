import { describe, expect, test } from 'vitest';

import { readConfig } from '../../../lib/config.ts';
import { checkSearchFlags, hasSearch, searchSettings } from '../../../lib/search/search-flags.ts';

const LOCAL = { target: 'local', searchEndpoint: 'http://localhost:9200' };
const GIB = 1024 ** 3;

/** The message of the error that a context ends in. */
function refusal(context: Record<string, unknown>): string {
  try {
    readConfig(context);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

/** So many ranges of one address each. */
function homes(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `203.0.113.${i}/32`);
}

describe('the settings of the search stage', () => {
  test.each([
    [{}, false],
    [{ target: 'local' }, false],
    [{ search: 'true' }, true],
    [LOCAL, true],
  ])('%j switch it on: %s', (context, isOn) => {
    expect(hasSearch(readConfig(context))).toBe(isOn);
  });

  test.each<[string, string[]]>([
    ['203.0.113.7', ['203.0.113.7/32']],
    ['203.0.113.7,198.51.100.0/24', ['203.0.113.7/32', '198.51.100.0/24']],
    ['198.51.100.7/24', ['198.51.100.7/24']],
    [homes(10).join(','), homes(10)],
  ])('take the addresses %s', (searchAllowedAddresses, ranges) => {
    expect(readConfig({ search: 'true', searchAllowedAddresses }).searchAllowedAddresses).toEqual(ranges);
  });

  test.each([
    '0.0.0.0/0',
    '0.0.0.0',
    '0.0.0.0/8',
    '128.0.0.0/1',
    '10.0.0.0/8',
    '198.51.100.0/23',
    '::/0',
    '2001:db8::1',
    'home',
    '',
    '1.2.3.4/33',
    '*',
  ])('refuse the address %j, which is no home', (searchAllowedAddresses) => {
    expect(refusal({ search: 'true', searchAllowedAddresses })).toContain('whoever comes from there');
  });

  test('refuse a list in which one address is no home', () => {
    expect(refusal({ search: 'true', searchAllowedAddresses: '203.0.113.7,0.0.0.0/0' })).toContain(
      'searchAllowedAddresses',
    );
  });

  test('refuse more ranges than people have homes', () => {
    expect(refusal({ search: 'true', searchAllowedAddresses: homes(11).join(',') })).toContain('at most 10');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a server of ones own on aws', { searchEndpoint: 'http://localhost:9200' }, 'searchEndpoint: is for local'],
    ['a login in its address', { ...LOCAL, searchEndpoint: 'http://a:b@localhost:9200' }, 'holds a login'],
    ['an address that is none', { ...LOCAL, searchEndpoint: 'localhost' }, 'searchEndpoint'],
    ['a domain on this machine', { target: 'local', search: 'true' }, 'search: a domain is for aws'],
    ['people who sign in to nothing', { searchLogin: 'cognito' }, 'searchLogin: cognito is for a domain'],
    [
      'people who sign in and people who do not',
      { search: 'true', searchLogin: 'cognito', searchAllowedAddresses: '203.0.113.7' },
      'searchAllowedAddresses: is for searchLogin none',
    ],
    ['an unknown login', { search: 'true', searchLogin: 'password' }, 'searchLogin'],
    ['an instance of another service', { search: 'true', searchInstance: 't3.small' }, 'searchInstance'],
    ['a disk below the least', { search: 'true', searchVolumeGib: '9' }, 'searchVolumeGib'],
    ['indices that fill the disk', { search: 'true', searchMaxGib: '8' }, 'allowed with searchVolumeGib 10 is 7'],
  ])('refuse %s', (_, context, message) => {
    expect(refusal(context)).toContain(message);
  });
});

describe('what the functions of the search stage run with', () => {
  test('is seventy per cent of the disk, unless it is said', () => {
    expect(searchSettings(readConfig({ search: 'true' })).maxBytes).toBe(7 * GIB);
    expect(searchSettings(readConfig({ search: 'true', searchMaxGib: '5' })).maxBytes).toBe(5 * GIB);
  });

  test('is an alias of the preset where presets share a server', () => {
    expect(searchSettings(readConfig({ search: 'true', preset: 'iphone' })).alias).toBe('posts');
    expect(searchSettings(readConfig({ ...LOCAL, preset: 'iphone' })).alias).toBe('iphone-posts');
  });

  test('finds sooner on this machine, unless it is said', () => {
    expect(searchSettings(readConfig({ search: 'true' })).refreshSeconds).toBe(5);
    expect(searchSettings(readConfig(LOCAL)).refreshSeconds).toBe(1);
    expect(searchSettings(readConfig({ ...LOCAL, searchRefreshSeconds: '30' })).refreshSeconds).toBe(30);
  });
});

test('more indices than a small node holds are refused where each day has its own', () => {
  const config = readConfig({ search: 'true' });
  const daily = { ...config, preset: { ...config.preset, searchIndexPeriod: 'day' as const } };

  expect(() => checkSearchFlags(daily, 'aws')).toThrow('with an index a day on t3.small.search is 20 or less');
  expect(() => checkSearchFlags({ ...daily, searchRetentionDays: 20 }, 'aws')).not.toThrow();
  expect(() => checkSearchFlags({ ...daily, searchInstance: 'm7g.large.search' }, 'aws')).not.toThrow();
  expect(searchSettings(daily).indexPeriod).toBe('day');
});
