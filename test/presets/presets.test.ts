import { describe, expect, test } from 'vitest';

import { normaliseHashtag } from '../../core/hashtags.ts';
import { PRESET_NAMES, presetNamed } from '../../presets/presets.ts';

describe('the presets', () => {
  test.each(PRESET_NAMES)('%s can be used, and is registered under its own name', (name) => {
    expect(presetNamed(name).name).toBe(name);
  });

  test.each(PRESET_NAMES)('%s tracks keywords as the engine writes them', (name) => {
    const keywords = presetNamed(name).topics.flatMap((topic) => topic.keywords);

    expect(keywords.map(normaliseHashtag)).toEqual(keywords);
  });

  test('one that does not exist is refused, and the others are named', () => {
    expect(() => presetNamed('trend')).toThrow('preset: is "trend"; allowed is trends');
  });

  test('trends follows three networks over eight topics or more, each with a handful of keywords', () => {
    const { sources, topics } = presetNamed('trends');

    expect(sources).toEqual(['twitter', 'reddit', 'meetup']);
    expect(topics.length).toBeGreaterThanOrEqual(8);
    for (const { name, keywords } of topics) expect(keywords.length, name).toBeGreaterThanOrEqual(5);
  });
});
