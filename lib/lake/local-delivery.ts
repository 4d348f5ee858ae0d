import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import type { Env } from '../../lambdas/deliver-lake/env.ts';
import { StreamConsumer } from '../constructs/stream-consumer.ts';
import type { Panel } from '../observability/panel.ts';
import { LAKE_REASONS, type DeliveryProps, type Delivery } from './delivery.ts';

/**
 * As many as one invocation takes well. The emulator hands records over as they come, whatever these say: that files do
 * not get small is the work of `deliver-lake`, which lets them grow.
 */
const BATCH_SIZE = 2_000;
const BATCHING_WINDOW = Duration.seconds(10);

/**
 * Brings events into the lake on the emulator, whose Firehose writes a file for each record: a consumer of the stream
 * does to batches what Firehose does.
 */
export class LocalDelivery extends Construct implements Delivery {
  private readonly consumer: StreamConsumer;

  constructor(scope: Construct, id: string, { config, alarms, stream, rejected, bucket, settings }: DeliveryProps) {
    super(scope, id);
    this.consumer = new StreamConsumer(this, 'Records', {
      config,
      stage: 'lake',
      name: 'deliver-lake',
      alarms,
      stream,
      rejected,
      reasons: LAKE_REASONS,
      batchSize: BATCH_SIZE,
      batchingWindow: BATCHING_WINDOW,
      timeout: Duration.minutes(1),
      environment: {
        LAKE_BUCKET_NAME: bucket.bucketName,
        LAKE_SETTINGS: settings,
        REJECTED_BUCKET_NAME: rejected.bucketName,
      } satisfies Record<keyof Env, string>,
    });
    bucket.grantDeliver(this.consumer.fn);
    rejected.grantKeep(this.consumer.fn);
  }

  get panels(): Panel[] {
    return [{ title: 'Events', metrics: [this.consumer.fn.ownMetric('EventsStored')] }, ...this.consumer.panels];
  }
}
