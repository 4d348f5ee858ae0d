import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import { InvalidSettingsError } from '../../presets/read-settings.ts';
import type { EventStream } from '../ingestion/event-stream.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import { StageFunction, type StageFunctionProps } from './stage-function.ts';

const PERIOD = Duration.minutes(5);
const MAX_RECORD_AGE = Duration.days(7);
const MARGIN = Duration.hours(1);

export interface StreamConsumerProps extends StageFunctionProps {
  readonly stream: EventStream;
  /** Keeps what is rejected, and the batches that are given up. */
  readonly rejected: RejectedBucket;
  /**
   * Records of one invocation at most.
   * @default 500
   */
  readonly batchSize?: number;
  /**
   * How long records are gathered before they are handed over.
   * @default - one second
   */
  readonly batchingWindow?: Duration;
  /**
   * How often a batch is tried again before it is given up. Bad data never gets here: it is rejected, record by record.
   * @default 50
   */
  readonly retryAttempts?: number;
  /**
   * Age at which a record is given up; shorter than the stream keeps it.
   * @default - an hour less than the stream keeps it, at most seven days
   */
  readonly maxRecordAge?: Duration;
  /**
   * Batches of one shard that are worked on at once.
   * @default 1
   */
  readonly parallelizationFactor?: number;
  /**
   * Lag at which people are told.
   * @default - five minutes
   */
  readonly maxLag?: Duration;
  /**
   * Rejected records in five minutes at which people are told.
   * @default 100
   */
  readonly maxRejected?: number;
}

/**
 * A function that reads the stream; the only way to do so. It reports partial failures, bisects, retries a bounded
 * number of times, and keeps what it gives up whole; its alarms tell of lag, failures, rejections and losses.
 * @throws InvalidSettingsError if a record could leave the stream before it is given up
 */
export class StreamConsumer extends Construct {
  readonly fn: StageFunction;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    this.fn = new StageFunction(this, 'Function', props);
    props.stream.grantRead(this.fn);
    const mapping = new EventSourceMapping(this, 'Events', {
      target: this.fn.fn,
      eventSourceArn: props.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize ?? 500,
      maxBatchingWindow: props.batchingWindow ?? Duration.seconds(1),
      parallelizationFactor: props.parallelizationFactor ?? 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts ?? 50,
      maxRecordAge: maxRecordAge(props),
      onFailure: props.rejected.failureDestination(this.fn),
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.addLagAlarms(props);
    this.addLossAlarms(props, mapping);
  }

  private addLagAlarms({ name, maxLag = Duration.minutes(5), maxRejected = 100 }: StreamConsumerProps): void {
    this.fn.addFailureAlarms({ periods: 3, badPeriods: 2 });
    this.fn.addAlarm('iterator-age', {
      metric: this.fn.fn.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      threshold: maxLag.toMilliseconds(),
      periods: 5,
      badPeriods: 3,
      meaning: `${name} is ${maxLag.toHumanString()} behind the stream`,
    });
    this.fn.addAlarm('rejected-records', {
      metric: this.fn.countMetric('RejectedRecords'),
      threshold: maxRejected,
      meaning: `A producer sends what ${name} cannot read`,
    });
  }

  private addLossAlarms({ name }: StreamConsumerProps, mapping: EventSourceMapping): void {
    this.fn.addAlarm('given-up', {
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: mapping.eventSourceMappingId },
        statistic: Stats.SUM,
        period: PERIOD,
      }),
      meaning: `${name} gave records up; they wait in the rejected bucket`,
    });
    this.fn.addAlarm('lost', {
      metric: this.fn.fn.metric('DestinationDeliveryFailures', { statistic: Stats.SUM, period: PERIOD }),
      meaning: `${name} gave records up and could not keep them`,
    });
  }
}

function maxRecordAge({ name, stream, maxRecordAge: chosen }: StreamConsumerProps): Duration {
  const kept = stream.retention.toSeconds();
  const age = chosen ?? Duration.seconds(Math.min(kept - MARGIN.toSeconds(), MAX_RECORD_AGE.toSeconds()));
  if (age.toSeconds() < kept) return age;
  throw new InvalidSettingsError(
    `maxRecordAge of ${name}: is ${age.toHumanString()}; allowed is less than the ${stream.retention.toHumanString()} that the stream keeps records`,
  );
}
