import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  type CfnBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct, type IDependable } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';

export interface PrivateBucketProps {
  readonly config: Config;
  /**
   * Objects older than this are deleted.
   * @default - they are kept
   */
  readonly retentionDays?: number;
  /**
   * Objects whose key begins with the prefix are deleted when they are older.
   * @default - none but by `retentionDays`
   */
  readonly prefixRetentionDays?: Readonly<Record<string, number>>;
  /**
   * What is replaced or deleted can be had back for so many days; for one, where it goes by its prefix.
   * @default - it cannot
   */
  readonly undoDays?: number;
}

/** Where it is told that objects have come. */
export interface ObjectNotification {
  /** What their keys begin with. */
  readonly prefix: string;
  /** A queue that S3 may send to. */
  readonly queueArn: string;
  /** What has to be there first, as S3 tries the queue at once: its policy. */
  readonly after: IDependable;
}

/** A bucket that nobody outside reads: encrypted, TLS only, no public access. */
export class PrivateBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  private readonly resource: CfnBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { config } = props;
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
      versioned: props.undoDays !== undefined,
      lifecycleRules: lifecycleRules(props),
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only functions of this app and its owner reach the bucket; CloudTrail data events show who did, and a log bucket would cost more than the data',
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    this.resource = bucket.node.findChild('Resource') as CfnBucket;
  }

  /**
   * Tells a queue of objects that come, in one piece or in parts. On the resource itself: the L2 construct would do so
   * by a function of its own, which the emulator cannot run.
   */
  notifyOfObjects({ prefix, queueArn, after }: ObjectNotification): void {
    this.resource.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: prefix }] } },
        },
      ],
    };
    this.resource.node.addDependency(after);
  }

  /** The ARN of the objects whose key begins with a prefix. */
  arnOfPrefix(prefix: string): string {
    return `${this.bucketArn}/${prefix}*`;
  }
}

function lifecycleRules({ retentionDays, undoDays, prefixRetentionDays = {} }: PrivateBucketProps): LifecycleRule[] {
  const ofAll: LifecycleRule = {
    ...(retentionDays !== undefined && { expiration: Duration.days(retentionDays) }),
    ...(undoDays !== undefined && { noncurrentVersionExpiration: Duration.days(undoDays) }),
    abortIncompleteMultipartUploadAfter: Duration.days(1),
  };
  const byPrefix = Object.entries(prefixRetentionDays).map(([prefix, days]): LifecycleRule => ({
    prefix,
    expiration: Duration.days(days),
    ...(undoDays !== undefined && { noncurrentVersionExpiration: Duration.days(1) }),
  }));
  return [ofAll, ...byPrefix];
}
