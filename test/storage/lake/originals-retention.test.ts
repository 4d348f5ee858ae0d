import type { LifecycleRule, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';

import { originalsKeptDays } from '../../../storage/lake/originals-retention.ts';

function bucketWith(answer: () => readonly LifecycleRule[]): S3Client {
  return { send: async () => ({ Rules: answer() }) } as unknown as S3Client;
}

const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
  Status: 'Enabled',
  Filter: { Prefix: 'original-data/' },
  Expiration: { Days: 30 },
  ...more,
});

test.each<[string, readonly LifecycleRule[], number | undefined]>([
  ['the rule says', [rule({ Filter: { Prefix: 'staging/' }, Expiration: { Days: 1 } }), rule({})], 30],
  ['a rule with more conditions says', [rule({ Filter: { And: { Prefix: 'original-data/' } } })], 30],
  ['no rule says', [], undefined],
  ['a rule that is off does not say', [rule({ Status: 'Disabled' })], undefined],
])('originals are kept for as long as %s', async (_, rules, days) => {
  expect(
    await originalsKeptDays(
      bucketWith(() => rules),
      'lake',
    ),
  ).toBe(days);
});

test('whoever may not ask does without', async () => {
  const denied = bucketWith(() => {
    throw new Error('AccessDenied');
  });

  expect(await originalsKeptDays(denied, 'lake')).toBeUndefined();
});
