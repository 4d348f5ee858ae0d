import { Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';

import { trendSettings } from '../../../lib/config.ts';
import { checkEnvironmentSize } from '../../../lib/constructs/environment-size.ts';
import { createGroundswell } from '../../../lib/groundswell.ts';
import { readPreset } from '../../../presets/preset-schema.ts';
import { trends } from '../../../presets/trends.ts';
import { makeApp, makeConfig } from '../../support/app.ts';

describe('the size of an environment', () => {
  test('counts names and values in bytes', () => {
    expect(() => checkEnvironmentSize('thing', { NAME: 'x'.repeat(3_580) })).not.toThrow();
    expect(() => checkEnvironmentSize('thing', { NAME: 'x'.repeat(3_581) })).toThrow('takes 3585 bytes');
    expect(() => checkEnvironmentSize('thing', { NAME: 'é'.repeat(1_791) })).toThrow('takes 3586 bytes');
  });

  test('takes a name that is made at deployment at its longest', () => {
    const name = Lazy.string({ produce: () => 'short' });

    expect(() => checkEnvironmentSize('thing', { NAME: `${name}${'x'.repeat(3_470)}` })).not.toThrow();
    expect(() => checkEnvironmentSize('thing', { NAME: `${name}${'x'.repeat(3_471)}` })).toThrow('takes 3585 bytes');
  });

  test('a preset that tracks more than a function can be told fails at synth, and says so', () => {
    const keywords = Array.from({ length: 30 }, (_, i) => `${'a long tracked phrase '.repeat(4)}${i}`);
    const preset = readPreset({ ...trends, topics: [{ name: 'long', keywords }] });
    const config = { ...makeConfig(), preset };
    expect(JSON.stringify(trendSettings(config)).length).toBeLessThan(4_096);

    expect(() => createGroundswell(makeApp(), config)).toThrow(
      /^the environment of write-live takes \d+ bytes and may take 3584: track fewer or shorter keywords/,
    );
  });
});
