import { describe, expect, test } from 'vitest';

import { TrendSettingsSchema } from '../../core/trend-settings.ts';
import { makeSettings } from '../support/make-settings.ts';

describe('the settings of the trends stage', () => {
  test('are read back as they were written', () => {
    const settings = makeSettings();

    expect(TrendSettingsSchema.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  test.each([
    ['lateHours', 0],
    ['lateHours', 169],
    ['writeShards', 0],
    ['writeShards', 65],
    ['snapshotSize', 101],
    ['openCategories', -1],
    ['rowsPerCategory', 0.5],
    ['trackedKeywords', 'cats'],
    ['weights', { twitter: {} }],
    ['weights', { ...makeSettings().weights, reddit: { score: 0.8 } }],
    ['weights', { ...makeSettings().weights, reddit: { karma: 1 } }],
    ['surprise', 1],
  ])('are refused where %s is %j', (name, value) => {
    expect(TrendSettingsSchema.safeParse({ ...makeSettings(), [name]: value }).success).toBe(false);
  });
});
