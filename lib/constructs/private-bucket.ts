import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';

export interface PrivateBucketProps {
  readonly config: Config;
  /** Objects older than this are deleted. */
  readonly retentionDays: number;
}

/** A bucket that nobody outside reads: encrypted, TLS only, no public access, and nothing is kept for ever. */
export class PrivateBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;

  constructor(scope: Construct, id: string, { config, retentionDays }: PrivateBucketProps) {
    super(scope, id);
    const removal = removalPolicy(config);
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: removal,
      // The emulator cannot run the function that empties a bucket: the SDK is not in its Lambda runtime.
      autoDeleteObjects: removal === RemovalPolicy.DESTROY && config.target === 'aws',
      lifecycleRules: [
        { expiration: Duration.days(retentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only functions of this app and its owner reach the bucket; CloudTrail data events show who did, and a log bucket would cost more than the data',
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
  }

  /** The ARN of the objects whose key begins with a prefix. */
  arnOfPrefix(prefix: string): string {
    return `${this.bucketArn}/${prefix}*`;
  }
}
