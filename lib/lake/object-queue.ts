import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { LAKE_PREFIXES } from '../../storage/lake/lake-layout.ts';
import { removalPolicy, type Config } from '../config.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { LakeBucket } from './lake-bucket.ts';

const PERIOD = Duration.minutes(5);
/**
 * How long a function may take to read an object: the most that Lambda allows
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html). One that takes longer is begun anew each
 * time, and is for `npm run backfill`.
 */
export const OBJECT_TIMEOUT = Duration.minutes(15);
/**
 * AWS advises six times as long (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), for batches
 * that wait behind others; after a short outage objects would wait for an hour and a half.
 */
const VISIBILITY = OBJECT_TIMEOUT.plus(Duration.minutes(1));
/** With an attempt every 16 minutes: four days. */
const MAX_ATTEMPTS = 360;
const RETENTION = Duration.days(14);

export interface ObjectQueueProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly bucket: LakeBucket;
}

/**
 * Tells of every object of events that comes to the lake, put or uploaded in parts, until somebody has dealt with it.
 * Not straight from S3 to a function, which would give up after two attempts.
 */
export class ObjectQueue extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string, { config, alarms, bucket }: ObjectQueueProps) {
    super(scope, id);
    const failed = this.addQueue('Failed', config);
    Validations.of(failed).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue itself' });
    const queue = this.addQueue('Queue', config, failed);
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        // Not bound to the bucket, which in turn waits for this policy.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    bucket.bucket.notifyOfObjects({ prefix: LAKE_PREFIXES.raw, queueArn: queue.queueArn, after: queue });
    this.queue = queue;
    alarms.addAlarm(this, 'lake-objects-failed', {
      metric: failed.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD }),
      meaning: 'Objects of the lake could not be read, however often it was tried',
    });
    alarms.addAlarm(this, 'lake-objects-waiting', {
      metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
      threshold: Duration.hours(1).toSeconds(),
      meaning: 'Objects of the lake wait to be read for an hour',
    });
  }

  private addQueue(id: string, config: Config, failed?: Queue): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      visibilityTimeout: VISIBILITY,
      removalPolicy: removalPolicy(config),
      ...(failed && { deadLetterQueue: { queue: failed, maxReceiveCount: MAX_ATTEMPTS } }),
    });
  }
}
