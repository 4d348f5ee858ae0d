import type { IEventSourceDlq } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

export interface RejectedBucketProps {
  readonly config: Config;
}

/**
 * Keeps whole what could not be processed: under `rejected/` the records that hold no event, with the reason; under
 * `aws/lambda/` the batches that a consumer gave up, as Lambda writes them; under `redriven/`, their key behind it,
 * both once they were sent again.
 */
export class RejectedBucket extends Construct {
  private readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { config }: RejectedBucketProps) {
    super(scope, id);
    // No versions: the key of a record depends on the record alone, so a second write is the same one again.
    this.bucket = new PrivateBucket(this, 'Records', { config, retentionDays: config.rejectedRetentionDays });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  /** Lets a function keep a rejected record, and neither read nor remove one. */
  grantKeep(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnOfPrefix('rejected/')],
      wildcardReason: 'The key of a rejected record is made of its shard and sequence number',
    });
  }

  /** Lets a function look at what is kept, and neither add nor remove anything. */
  grantWatch(fn: StageFunction): void {
    fn.allow({
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnOfPrefix('rejected/'), this.bucket.arnOfPrefix('aws/lambda/')],
      wildcardReason: 'Keys of rejected records and of given-up batches hold their time and place in the stream',
    });
    fn.allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }

  /**
   * Where Lambda puts a batch that the function gave up: whole, as
   * `aws/lambda/<mapping>/<shard>/yyyy/mm/dd/<time>-<uuid>`. It writes with the role of the function.
   * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
   */
  failureDestination(fn: StageFunction): IEventSourceDlq {
    fn.allow({
      actions: ['s3:PutObject'],
      resources: [this.bucket.arnOfPrefix('aws/lambda/')],
      wildcardReason: 'Lambda chooses the key of a batch that is given up',
    });
    fn.allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
    return { bind: () => ({ destination: this.bucket.bucketArn }) };
  }
}
