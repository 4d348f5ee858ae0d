import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { scoreSentiment } from '../../core/afinn.ts';
import { featureFinder } from '../../core/features.ts';

const RULES = [
  { name: 'Screen', keywords: ['screen', 'oled'] },
  { name: 'Camera', keywords: ['camera', 'cameras'] },
  { name: 'Battery', keywords: ['battery'] },
  { name: 'Dot Projector', keywords: ['dot projector'] },
  { name: 'Carrier', keywords: ['at&t', 't-mobile'] },
];
const find = featureFinder(RULES, scoreSentiment);

function labels(text: string, lang?: string): Record<string, string | undefined> {
  return Object.fromEntries(find(text, lang).map(({ name, sentiment }) => [name, sentiment?.label]));
}

describe('the features of a text', () => {
  test.each([
    ['none', 'Nothing of all that', []],
    ['a word', 'my camera', ['Camera']],
    ['a word in any case', 'MY CAMERA', ['Camera']],
    ['no part of a word', 'cameraman, screenshots, batteryless', []],
    ['a word beside signs', '(camera)… "oled"!', ['Screen', 'Camera']],
    ['a phrase', 'the dot projector', ['Dot Projector']],
    ['no phrase over the end of a sentence', 'a dot. Projector', []],
    ['a keyword with signs', 'AT&T and T-Mobile', ['Carrier']],
    ['each once, in the order of the rules', 'battery, camera, battery, cameras', ['Camera', 'Battery']],
    ['empty', '', []],
  ])('%s', (_, text, names) => {
    expect(find(text).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['The camera is great. The battery is terrible.', { Camera: 'positive', Battery: 'negative' }],
    ['The camera is great, but the battery is terrible', { Camera: 'positive', Battery: 'negative' }],
    ['Great camera however terrible battery', { Camera: 'positive', Battery: 'negative' }],
    ['The 3.5 inch screen is terrible', { Screen: 'negative' }],
    ['I love the camera and the battery', { Camera: 'positive', Battery: 'positive' }],
    ['The camera. Great weather!', { Camera: 'neutral' }],
    ['Great camera. The camera is terrible, awful, horrible', { Camera: 'negative' }],
  ])('%j has what is said of each', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  test('have no sentiment in a language that the engine does not know', () => {
    expect(labels('La camera es genial', 'es')).toEqual({ Camera: undefined });
  });

  test('are none without rules', () => {
    expect(featureFinder([], scoreSentiment)('camera')).toEqual([]);
  });

  test('are found around any other words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        expect(find(`${before} camera ${after}`).map(({ name }) => name)).toContain('Camera');
      }),
    );
  });
});

test('a text of blanks takes no longer than other texts', () => {
  // An expression that goes back over blanks would take minutes: the test would not end in time.
  for (const blank of [' ', '\u00a0', '\t', ', ']) expect(find(`${blank.repeat(500_000)}camera`)).toHaveLength(1);
});
