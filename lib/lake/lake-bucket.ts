import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

export interface LakeBucketProps {
  readonly config: Config;
}

/** Keeps events as lines of JSON, compressed or not, under `raw/year=YYYY/month=MM/day=DD/` by the day they were created. */
export class LakeBucket extends Construct {
  /** The bucket itself, for what is set up on it. */
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { config }: LakeBucketProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Events', { config });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  /** Lets a function read events. */
  grantRead(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnOfPrefix('raw/')],
      wildcardReason: 'Keys of objects hold their day and are chosen by who writes them',
    });
  }
}
