import { Construct } from 'constructs';

import { LAKE_PREFIXES } from '../../storage/lake/lake-layout.ts';
import type { Config } from '../config.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

/** What the job wrote before it replaced a day is of no use to its next run. */
const STAGING_DAYS = 1;
const ANSWER_DAYS = 7;
/**
 * Versions are there for `raw/`, which nothing can make again once the originals are gone: a wrong delete can be taken
 * back for so long. Only `posts/` is ever replaced, by the job, and small against the rest.
 */
const UNDO_DAYS = 7;

export interface LakeBucketProps {
  readonly config: Config;
}

/** Keeps every event: see LAKE_PREFIXES. Observations and posts stay; what can be made again, or was a help, goes. */
export class LakeBucket extends Construct {
  /** The bucket itself, for what is set up on it. */
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { config }: LakeBucketProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Events', {
      config,
      // The emulator keeps everything in memory, and there `deliver-lake` lets files grow.
      ...(config.target === 'aws' && { undoDays: UNDO_DAYS }),
      prefixRetentionDays: {
        [LAKE_PREFIXES.originals]: config.lakeOriginalDays,
        [LAKE_PREFIXES.originalErrors]: config.rejectedRetentionDays,
        [LAKE_PREFIXES.errors]: config.rejectedRetentionDays,
        [LAKE_PREFIXES.staging]: STAGING_DAYS,
        [LAKE_PREFIXES.queryResults]: ANSWER_DAYS,
      },
    });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  get bucketArn(): string {
    return this.bucket.bucketArn;
  }

  /** The ARN of all objects that lie where LAKE_PREFIXES says. */
  arnOf(place: keyof typeof LAKE_PREFIXES): string {
    return this.bucket.arnOfPrefix(LAKE_PREFIXES[place]);
  }

  /** The address of a place, as Spark, Hive and Athena write it. */
  urlOf(place: keyof typeof LAKE_PREFIXES): string {
    return `s3://${this.bucketName}/${LAKE_PREFIXES[place]}`;
  }

  /** Lets a function read observations. */
  grantRead(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:GetObject'],
      resources: [this.arnOf('raw')],
      wildcardReason: 'Keys of objects hold their day and are chosen by who writes them',
    });
    this.letMissObjects(fn);
  }

  /** Lets a function write what Firehose writes elsewhere, and add to it, and remove nothing. */
  grantDeliver(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [this.arnOf('raw'), this.arnOf('originals')],
      wildcardReason: 'Keys of objects hold their day or hour and the half minute of their records',
    });
    this.letMissObjects(fn);
  }

  /** Without this right, S3 does not tell an object that is not there from one that may not be read. */
  private letMissObjects(fn: StageFunction): void {
    fn.allow({ actions: ['s3:ListBucket'], resources: [this.bucketArn] });
  }
}
