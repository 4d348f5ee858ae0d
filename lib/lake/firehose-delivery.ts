import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { Env } from '../../lambdas/transform-lake/env.ts';
import { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';
import { addDeliveryAlarms, deliveryPanels } from './delivery-alarms.ts';
import { DeliveryStream } from './delivery-stream.ts';
import { LAKE_REASONS, type Delivery, type DeliveryProps } from './delivery.ts';

const PERIOD = Duration.minutes(5);
/** Firehose waits five minutes at most: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const TIMEOUT = Duration.minutes(1);

/** Brings events into the lake on AWS: Firehose reads the stream, and asks `transform-lake` for the row of each record. */
export class FirehoseDelivery extends Construct implements Delivery {
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const transform = this.addTransform(props);
    const { name } = new DeliveryStream(this, 'Stream', { ...props, transform });
    addDeliveryAlarms(this, { config: props.config, alarms: props.alarms, name });
    this.panels = [...transformPanels(transform), ...deliveryPanels(name)];
  }

  private addTransform({ config, alarms, rejected, settings }: DeliveryProps): StageFunction {
    const transform = new StageFunction(this, 'Transform', {
      config,
      stage: 'lake',
      name: 'transform-lake',
      alarms,
      timeout: TIMEOUT,
      environment: {
        LAKE_SETTINGS: settings,
        REJECTED_BUCKET_NAME: rejected.bucketName,
      } satisfies Record<keyof Env, string>,
    });
    rejected.grantKeep(transform);
    // At once: Firehose tries a batch four times within seconds, then puts it aside.
    transform.addFailureAlarms({});
    transform.addAlarm('processing-failed', {
      metric: transform.ownMetric('ProcessingFailed'),
      meaning: 'transform-lake leaves records to Firehose, which keeps them under errors/',
    });
    transform.addAlarm('without-raw', {
      metric: transform.ownMetric('RowsWithoutRaw'),
      meaning: 'transform-lake leaves raw out of rows that are too large',
    });
    for (const reason of LAKE_REASONS)
      transform.addAlarm(`rejected-${reason.replaceAll('_', '-')}`, {
        metric: rejectedMetric(transform, reason),
        meaning: `transform-lake rejects records because of ${reason}`,
      });
    return transform;
  }
}

function transformPanels(transform: StageFunction): Panel[] {
  const counts = ['EventsStored', 'RowsWithoutRaw', 'ProcessingFailed'].map((metric) => transform.ownMetric(metric));
  const rejected = LAKE_REASONS.map((reason) => rejectedMetric(transform, reason));
  const failures = [transform.fn.metricErrors({ period: PERIOD }), transform.fn.metricThrottles({ period: PERIOD })];
  return [
    { title: 'Events', metrics: [...counts, ...rejected] },
    { title: 'Failures', metrics: failures },
  ];
}

function rejectedMetric(transform: StageFunction, reason: RejectionReason): Metric {
  return transform.ownMetric('RejectedRecords', { dimensionsMap: { reason } });
}
