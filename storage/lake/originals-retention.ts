import { GetBucketLifecycleConfigurationCommand, type LifecycleRule, type S3Client } from '@aws-sdk/client-s3';

import { LAKE_PREFIXES } from './lake-layout.ts';

/** For how many days the bucket keeps records as they came; undefined if it does not say so, or for ever. */
export async function originalsKeptDays(s3: S3Client, bucketName: string): Promise<number | undefined> {
  try {
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucketName }));
    return Rules.find((rule) => rule.Status === 'Enabled' && prefixOf(rule) === LAKE_PREFIXES.originals)?.Expiration
      ?.Days;
  } catch {
    // It only makes a sentence clearer: who may not ask, or where no rule is set, does without.
    return undefined;
  }
}

function prefixOf({ Filter, Prefix }: LifecycleRule): string | undefined {
  return Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix;
}
