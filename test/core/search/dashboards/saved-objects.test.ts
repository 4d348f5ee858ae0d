import { describe, expect, test } from 'vitest';

import { REFRESH_MS, dashboardsNdjson, savedObjectsOf } from '../../../../core/search/dashboards/saved-objects.ts';
import { PRESET_NAMES, presetNamed } from '../../../../presets/presets.ts';

function setOf(preset: string, alias = 'posts') {
  return { preset, alias, dashboards: presetNamed(preset).dashboards };
}

describe('the saved objects of a preset', () => {
  test.each(PRESET_NAMES)('are the same bytes every time: %s', (preset) => {
    expect(dashboardsNdjson(setOf(preset))).toBe(dashboardsNdjson(setOf(preset)));
  });

  test.each(PRESET_NAMES)('refresh every minute, and open with a time of their own: %s', (preset) => {
    const dashboards = savedObjectsOf(setOf(preset)).filter(({ type }) => type === 'dashboard');

    expect(dashboards.length).toBeGreaterThan(0);
    for (const { attributes } of dashboards)
      expect(attributes).toMatchObject({
        timeRestore: true,
        timeFrom: expect.stringMatching(/^now/),
        timeTo: expect.stringMatching(/^now/),
        refreshInterval: { pause: false, value: REFRESH_MS },
      });
    expect(REFRESH_MS).toBe(60_000);
  });

  test('read the alias that they are given, by the time a post was written', () => {
    expect(savedObjectsOf(setOf('nba', 'nba-posts'))[0]).toMatchObject({
      type: 'index-pattern',
      id: 'nba-posts',
      attributes: { title: 'nba-posts', timeFieldName: 'created_at' },
    });
  });

  test('have ids that no other preset has', () => {
    const all = PRESET_NAMES.flatMap((preset) => savedObjectsOf(setOf(preset)));

    expect(new Set(all.map(({ type, id }) => `${type} ${id}`)).size).toBe(all.length);
    expect(all.every(({ id }) => PRESET_NAMES.some((preset) => id.startsWith(`${preset}-`)))).toBe(true);
  });

  test('are none for a preset without dashboards', () => {
    expect(dashboardsNdjson({ preset: 'x', alias: 'posts', dashboards: [] })).toBe('');
  });

  test('are the five panels of seed 2, and the post of the hour', () => {
    expect(kindsOf('cats-vs-dogs')).toEqual([
      ['So Far Today', 'pie'],
      ['Total Posts', 'metric'],
      ['Total Dog Posts', 'metric'],
      ['Total Cat Posts', 'metric'],
      ['Post Timeline Today', 'line'],
      ['Most Popular Posts of the Hour', 'search'],
    ]);
  });

  test('are the eight panels of seed 4 with its filter bar', () => {
    expect(kindsOf('iphone')).toEqual([
      ['Product Perception for iPhone: filters', 'input_control_vis'],
      ['Brand Engagement', 'line'],
      ['Popular Hashtags', 'tagcloud'],
      ['Popular iPhone Features', 'histogram'],
      ['Brand Perception', 'metric'],
      ['Brand Enthusiasts', 'pie'],
      ['Potential Key Influencers', 'horizontal_bar'],
      ['Popular Tweets', 'table'],
      ['Live Tweets', 'search'],
    ]);
  });
});

/** Titles and plug-ins of what a preset shows, in its order. */
function kindsOf(preset: string): unknown[] {
  return savedObjectsOf(setOf(preset)).flatMap(({ type, attributes }) => {
    const { title, visState } = attributes;
    if (type === 'search') return [[title, 'search']];
    return typeof visState === 'string' ? [[title, (JSON.parse(visState) as { type: string }).type]] : [];
  });
}
