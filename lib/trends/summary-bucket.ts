import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

export interface SummaryBucketProps {
  readonly config: Config;
}

/** What was said in each minute of each source, under `summaries/`; every window is computed from these. */
export class SummaryBucket extends Construct {
  private readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { config }: SummaryBucketProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Summaries', { config, retentionDays: config.summaryRetentionDays });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  /** Lets a function list summaries, read them, and put a newer one in the place of an older. */
  grantReplace(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [this.bucket.arnOfPrefix('summaries/')],
      wildcardReason: 'The key of a summary is made of its minute and source',
    });
    // On the whole bucket, without a condition on the prefix: else S3 answers 403 for a summary that is not there yet.
    fn.allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }
}
