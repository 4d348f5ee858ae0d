import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { SOURCES } from '../../core/sources.ts';
import { PRESET_NAMES, presetNamed } from '../../presets/presets.ts';
import { resourcesOf, synthApp, type Settings } from '../support/app.ts';

const RUNBOOK = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const PARTS = ['Meaning.', 'Where to look.', 'What to do.'];

const SETTINGS: [string, Settings][] = [
  ['on AWS', {}],
  ['on the emulator', { target: 'local' }],
  ['with producers that run now and then', { noDataMinutes: '0' }],
  ['with producers that are always on', { producers: SOURCES.join(',') }],
  ['with one of them', { producers: 'bluesky' }],
  ['with a search domain', { search: 'true' }],
  ['with a search domain fed from the tables', { search: 'true', searchFeed: 'table' }],
  ['with a search domain fed from the lake', { search: 'true', searchFeed: 'lake' }],
  ['with a lake of Parquet', { lakeFormat: 'parquet' }],
  ['with a job that runs on demand', { lakeDedupeHours: '0' }],
  ['without a lake', { lake: 'false' }],
  ['with a search server on this machine', { target: 'local', searchEndpoint: 'http://localhost:9200' }],
];

/** The network of a heading that is there only where its producer is always on. */
const ALWAYS_ON = /^ingestion-producer-([a-z]+)-silent$/;

/** Headings that are there only with a search server, and with a domain of our own. */
const OF_SEARCH = /^(search|lake-objects)-/;
const OF_DOMAIN = /^search-domain-/;
/** And the feed of those that are there with one feed only. */
const OF_FEED = /^(?:search-index-(stream|table|lake)|(lake)-objects)-/;

/** Each heading of an alarm with its text; headings that stand together share the one that follows them. */
function sections(markdown: string): Map<string, string> {
  const found = new Map<string, string>();
  let waiting: string[] = [];
  for (const section of markdown.split(/^(?=##? )/m).filter((text) => text.startsWith('## '))) {
    const [title = '', ...lines] = section.split('\n');
    waiting.push(title.slice('## '.length));
    const text = lines.join('\n').trim();
    if (text === '') continue;
    for (const heading of waiting) found.set(heading, text);
    waiting = [];
  }
  for (const heading of waiting) found.set(heading, '');
  return found;
}

/** The feed that a heading is there with; that of the deployment for all others. */
function feedOf(heading: string, searchFeed: unknown): unknown {
  const [, ofIndex, ofLake] = OF_FEED.exec(heading) ?? [];
  return ofIndex ?? ofLake ?? searchFeed;
}

/** What of the headings of the lake is not there with such settings. */
function absentOfLake({ lake, target, lakeFormat, lakeDedupeHours }: Settings): RegExp[] {
  if (lake === 'false') return [/^lake-/];
  if (target === 'local') return [/^lake-(delivery|originals|conversion|transform-lake|dedupe)-/];
  return [
    /^lake-deliver-lake-/,
    ...(lakeFormat === 'parquet' ? [] : [/^lake-conversion-/]),
    ...(lakeDedupeHours === '0' ? [/^lake-dedupe-silence$/] : []),
  ];
}

/** The headings of a deployment of a preset with such settings, sorted. */
function headingsFor(preset: (typeof PRESET_NAMES)[number], settings: Settings): string[] {
  const { producers = '', search, searchEndpoint } = settings;
  const absent = absentOfLake(settings);
  const alwaysOn = String(producers).split(',');
  const { searchFeed } = { searchFeed: presetNamed(preset).searchFeed, ...settings };
  return [...sections(RUNBOOK).keys()]
    .filter((heading) => search === 'true' || !OF_DOMAIN.test(heading))
    .filter((heading) => search === 'true' || searchEndpoint !== undefined || !OF_SEARCH.test(heading))
    .filter((heading) => feedOf(heading, searchFeed) === searchFeed)
    .filter((heading) => !absent.some((pattern) => pattern.test(heading)))
    .filter((heading) => alwaysOn.includes(ALWAYS_ON.exec(heading)?.[1] ?? alwaysOn[0] ?? ''))
    .toSorted();
}

describe.each(PRESET_NAMES)('the runbook and the alarms of the preset %s', (preset) => {
  test.each(SETTINGS)('are the same %s: a heading for each alarm and an alarm for each heading', (_, settings) => {
    const alarms = resourcesOf(synthApp({ preset, ...settings }), 'AWS::CloudWatch::Alarm');
    const names = alarms.map(({ Properties }) => String(Properties['AlarmName']));

    expect(names.length).toBeGreaterThan(20);
    expect(headingsFor(preset, settings).map((heading) => `Groundswell-${preset}-${heading}`)).toEqual(
      names.toSorted(),
    );
  });
});

describe('the runbook', () => {
  test('says of each alarm, in this order, what it means, where to look, and what to do', () => {
    const parts = [...sections(RUNBOOK)].map(([heading, text]) => [
      heading,
      [...text.matchAll(/^\*\*(.+?\.)\*\* \S/gm)].map((match) => match[1]),
    ]);

    expect(parts).toEqual(parts.map(([heading]) => [heading, PARTS]));
  });

  test('names no alarm twice', () => {
    const headings = [...RUNBOOK.matchAll(/^## (.+)$/gm)].map((match) => match[1]);

    expect(headings).toEqual([...new Set(headings)]);
  });

  test('refers to headings that are there', () => {
    const headings = sections(RUNBOOK);
    const referred = [...RUNBOOK.matchAll(/`((?:ingestion|trends|search|lake)-[a-z0-9-]+-[a-z0-9-]+)`/g)].map(
      (match) => match[1] ?? '',
    );

    expect(referred).not.toEqual([]);
    expect(referred.filter((heading) => !headings.has(heading))).toEqual([]);
  });
});
