import { describe, expect, test } from 'vitest';

import { readPreset, trackedKeywords, type PresetInput } from '../../presets/preset-schema.ts';

function makePreset(overrides: object = {}): PresetInput {
  return {
    name: 'small',
    description: 'What is said about cats',
    sources: ['twitter'],
    topics: [{ name: 'cats', keywords: ['cat'] }],
    ...overrides,
  };
}

function refusal(overrides: object): string {
  try {
    readPreset(makePreset(overrides));
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('a preset', () => {
  test('has defaults for what it leaves out', () => {
    expect(readPreset(makePreset())).toEqual({
      ...makePreset(),
      topics: [{ name: 'cats', keywords: ['cat'], subreddits: [], meetupCategories: [], rules: [], media: [] }],
      scope: 'topics',
      places: [],
      twitterBudget: { postsPerDay: 2_000, postsPerMonth: 20_000, dollarsPerPost: 0.005, whenShort: 'stop' },
      weights: {},
      snapshotSize: 100,
      openSnapshotSize: 20,
      openCategories: 30,
      rowsPerCategory: 10,
      searchFeed: 'stream',
      searchIndexPeriod: 'month',
      lake: { bufferMib: 64, bufferSeconds: 60 },
      features: [],
      dashboards: [],
    });
  });

  test('normalises its keywords as the tables do', () => {
    const { topics } = readPreset(
      makePreset({ topics: [{ name: 'x', keywords: ['ＡＩ', 'Cafe\u0301', 'Solar Eclipse'] }] }),
    );

    expect(topics[0]?.keywords).toEqual(['ai', 'café', 'solar eclipse']);
  });

  test.each([
    [{ colour: 'red' }, 'colour: unknown; known are name, description, sources, topics, scope,'],
    [{ weights: { twitter: { like: 1 } } }, 'weights.twitter.like: unknown; known are replies, reposts, likes,'],
    [{ weights: { x: {} } }, 'weights.x: unknown; known are twitter, reddit, meetup,'],
    [
      { weights: { twitter: { likes: 0.1234567 } } },
      'weights.twitter.likes: is 0.1234567; allowed is a number from -1000 to 1000 with at most six decimals',
    ],
    [{ weights: { twitter: { likes: '0.3' } } }, 'weights.twitter.likes: is "0.3"; allowed is a number from -1000'],
    [{ weights: { reddit: { score: 1_001 } } }, 'weights.reddit.score: is 1001; allowed is a number from -1000'],
    [{ sources: ['twiter'] }, 'sources.0: is "twiter"; allowed is twitter, reddit, meetup,'],
    [{ sources: [] }, 'sources: is []; allowed is one source or more'],
    [{ sources: ['reddit', 'reddit'] }, 'allowed is each source once'],
    [{ name: 'Cats & Dogs' }, 'name: is "Cats & Dogs"; allowed are up to 30 of a-z, 0-9 and -'],
    [{ description: undefined }, 'description: missing; allowed is a text of 1 to 200 characters'],
    [{ name: undefined }, 'name: missing; allowed are up to 30 of a-z, 0-9 and -'],
    [{ sources: undefined }, 'sources: missing; allowed is a list of sources'],
    [{ topics: 'cats' }, 'topics: is "cats"; allowed is a list of topics'],
    [{ snapshotSize: 101 }, 'snapshotSize: is 101; allowed is a whole number from 1 to 100'],
    [{ rowsPerCategory: 1.5 }, 'rowsPerCategory: is 1.5; allowed is a whole number from 0 to 100'],
    [{ scope: 'all' }, 'scope: is "all"; allowed is everything, topics'],
    [{ places: [{ name: 'x', lat: 91, lon: 0 }] }, 'places.0.lat: is 91; allowed is -90 to 90'],
    [{ topics: [] }, 'topics: is []; allowed is one topic or more'],
    [{ topics: [{ name: 'cats', keywords: [] }] }, 'topics.0.keywords: is []; allowed is one keyword or more'],
    [
      { topics: [{ name: 'cats', keywords: ['#cat'] }] },
      'topics.0.keywords.0: is "#cat"; allowed is a hashtag without its #',
    ],
    [{ topics: [{ name: 'cats', keywords: [''] }] }, 'topics.0.keywords.0: is ""; allowed is a text of 1 to 128'],
    [{ topics: [{ name: 'cats', keywords: ['ﷺ'.repeat(100)] }] }, 'allowed are 1 to 128 characters after NFKC'],
    [{ topics: [{ name: 'Cats', keywords: ['cat'] }] }, 'topics.0.name: is "Cats"; allowed is lower case'],
    [
      {
        topics: [
          { name: 'cats', keywords: ['cat'] },
          { name: 'cats', keywords: ['kitten'] },
        ],
      },
      'allowed is each name once',
    ],
    [
      { topics: [{ name: 'many', keywords: Array.from({ length: 201 }, (_, i) => `word ${i}`) }] },
      'allowed are 200 different keywords',
    ],
  ])('is refused with the path, the value and what is allowed: %j', (overrides, sentence) => {
    expect(refusal(overrides)).toContain(sentence);
  });

  test.each([
    [
      [{ kind: 'sunburst' }],
      'dashboards.0.panels.0.kind: is "sunburst"; allowed is kind: metric, pie, donut, line, bar,',
    ],
    [
      [{ kind: 'pie', by: { field: 'text' } }],
      'panels.0.by.field: is "text"; allowed is a field of the index that posts',
    ],
    [[{ kind: 'pie', by: { field: 'tag' } }], 'panels.0.by.field: is "tag"; allowed is a field of the index'],
    [
      [{ kind: 'pie', by: { field: 'tags', size: 0 } }],
      'panels.0.by.size: is 0; allowed is a whole number from 1 to 100',
    ],
    [[{ kind: 'pie', by: { field: 'tags', limit: 3 } }], 'panels.0.by.limit: unknown; known are field, size, label'],
    [[{ kind: 'line', every: 'auto' }], 'panels.0.every: is "auto"; allowed is a time such as 30m, 1h, 1d'],
    [
      [{ kind: 'metric', measures: [{ of: 'sum', field: 'source' }] }],
      'panels.0.measures.0.field: is "source"; allowed is a field of the index with numbers',
    ],
    [[{ kind: 'metric', measures: [{ of: 'median' }] }], 'allowed is of: posts, sum, average, maximum, minimum'],
    [[{ kind: 'metric', filters: [{ since: 'yesterday' }] }], 'filters.0.since: is "yesterday"; allowed is a moment'],
    [[{ kind: 'metric', filters: [{ tags: 1 }] }], 'allowed is { field, anyOf: [...] } or { since }'],
    [[{ kind: 'search', columns: ['txt'] }], 'panels.0.columns.0: is "txt"; allowed is a field of the index'],
    [[{ kind: 'search', columns: ['text'], sortBy: 'text' }], 'allowed is a field of the index that posts sort by'],
    [[{ kind: 'map', width: 49 }], 'panels.0.width: is 49; allowed is a whole number from 1 to 48'],
    [[{ kind: 'map', title: '!' }], 'panels.0.title: is "!"; allowed is a text of 1 to 100 characters'],
    [[{ kind: 'map' }, { kind: 'map', title: 'panel?' }], 'allowed is each title of a panel once, over all dashboards'],
    [[], 'dashboards.0.panels: is []; allowed is one panel or more'],
  ])('is refused with what is allowed in a panel: %j', (panels, sentence) => {
    const dashboards = [{ title: 'All', panels: panels.map((panel) => ({ title: 'Panel', ...panel })) }];

    expect(refusal({ dashboards })).toContain(sentence);
  });

  test.each([
    [[{ from: 'yesterday' }], 'dashboards.0.from: is "yesterday"; allowed is a moment such as now, now-24h, now/d'],
    [
      [{ filterBar: [{ field: 'text', label: 'Text' }] }],
      'dashboards.0.filterBar.0.field: is "text"; allowed is a field',
    ],
    [[{ refresh: 5 }], 'dashboards.0.refresh: unknown; known are title, from, to, filterBar, panels'],
    [[{}, { title: 'all' }], 'dashboards: is [{'],
  ])('is refused with what is allowed in a dashboard: %j', (given, sentence) => {
    const panels = [{ kind: 'map', title: 'Panel' }];

    expect(refusal({ dashboards: given.map((dashboard) => ({ title: 'All', panels, ...dashboard })) })).toContain(
      sentence,
    );
  });

  test('takes a keyword of 128 characters, however many bytes they are', () => {
    expect(refusal({ topics: [{ name: 'x', keywords: ['🚀'.repeat(128)] }] })).toBe('');
    expect(refusal({ topics: [{ name: 'x', keywords: ['🚀'.repeat(129)] }] })).toContain(
      'allowed is a text of 1 to 128',
    );
  });

  test('tracks a keyword of two topics once', () => {
    expect(trackedKeywords([{ keywords: ['cat', 'dog'] }, { keywords: ['dog', 'bird'] }])).toEqual([
      'cat',
      'dog',
      'bird',
    ]);
  });
});
