import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { RejectionReason } from '../../core/parse-event.ts';
import type { Env } from '../../lambdas/shared/batch-failures.ts';
import { InvalidSettingsError } from '../../presets/read-settings.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { Panel } from '../observability/panel.ts';
import type { RecordSource, SourceStream } from './record-source.ts';
import { StageFunction, type StageFunctionProps } from './stage-function.ts';

const PERIOD = Duration.minutes(5);
const MAX_RECORD_AGE = Duration.days(7);
const MARGIN = Duration.hours(1);
/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: MaximumRetryAttempts */
const UNLIMITED = -1;
/** Not for what a producer sent, but for what this app makes of it: one record is too many. */
const OWN_REASONS: ReadonlySet<RejectionReason> = new Set([
  'unprocessable',
  'row_too_large',
  'row_refused',
  'index_refused',
]);

export interface StreamConsumerProps extends StageFunctionProps {
  readonly stream: RecordSource;
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
   * How long a number of attempts takes is stated nowhere, so that a store which is away for minutes could use it up.
   * @default - as often as it takes until its records are too old
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
  /** The reasons for rejecting that its panels and alarms tell of. */
  readonly reasons: readonly RejectionReason[];
  /**
   * Records that a producer is to blame for, rejected for one reason in five minutes, at which people are told.
   * @default 100
   */
  readonly maxRejected?: number;
}

/**
 * A function that reads the stream; the only way to do so. It reports partial failures, bisects, retries until records
 * reach a certain age, and keeps what it gives up whole; its alarms tell of lag, failures, rejections and losses.
 * @throws InvalidSettingsError if a record could leave the stream before it is given up
 */
export class StreamConsumer extends Construct {
  readonly fn: StageFunction;
  private readonly mappings: readonly [EventSourceMapping, ...EventSourceMapping[]];
  private readonly reasons: readonly RejectionReason[];

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const environment = { ...props.environment, BATCH_FAILURES: batchFailures(props) } satisfies Record<
      keyof Env,
      string
    >;
    this.fn = new StageFunction(this, 'Function', { ...props, environment });
    props.stream.grantRead(this.fn);
    this.mappings = this.addMappings(props);
    this.reasons = props.reasons;
    this.addLagAlarms(props);
    this.addRejectionAlarms(props);
    this.addLossAlarms(props);
  }

  /** How it does. */
  get panels(): Panel[] {
    return [{ title: 'Behind the stream (ms)', metrics: [this.lagMetric] }, ...this.fn.batchPanels];
  }

  /** What it could not take. */
  get rejectedPanels(): Panel[] {
    const byReason = [...this.rejectedMetrics].map(([label, metric]) => metric.with({ label }));
    return [
      { title: 'Rejected records by reason', metrics: byReason },
      { title: 'Given up, and lost', metrics: [this.givenUpMetric, this.lostMetric] },
    ];
  }

  /** How far the function is behind the stream, in milliseconds. */
  get lagMetric(): Metric {
    return this.fn.fn.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) });
  }

  /** Records that were given up and kept. */
  get givenUpMetric(): IMetric {
    const metrics = this.givenUpMetrics;
    return metrics.length === 1 ? metrics[0] : sumOf(metrics);
  }

  /** Batches that were given up and not kept. */
  get lostMetric(): Metric {
    return this.fn.fn.metric('DestinationDeliveryFailures', { statistic: Stats.SUM, period: PERIOD });
  }

  /** Rejected records by their reason. */
  get rejectedMetrics(): ReadonlyMap<RejectionReason, Metric> {
    return new Map(
      this.reasons.map((reason) => [reason, this.fn.ownMetric('RejectedRecords', { dimensionsMap: { reason } })]),
    );
  }

  /** Of each stream. */
  private get givenUpMetrics(): readonly [Metric, ...Metric[]] {
    const [first, ...others] = this.mappings;
    return [givenUpBy(first), ...others.map(givenUpBy)];
  }

  private addMappings(props: StreamConsumerProps): [EventSourceMapping, ...EventSourceMapping[]] {
    const onFailure = props.rejected.failureDestination(this.fn);
    const mapping = ({ id, arn }: SourceStream): EventSourceMapping =>
      new EventSourceMapping(this, id, {
        target: this.fn.fn,
        eventSourceArn: arn,
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: props.batchSize ?? 500,
        maxBatchingWindow: props.batchingWindow ?? Duration.seconds(1),
        parallelizationFactor: props.parallelizationFactor ?? 1,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: props.retryAttempts ?? UNLIMITED,
        maxRecordAge: maxRecordAge(props),
        onFailure,
        supportS3OnFailureDestination: true,
        metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      });
    const [first, ...others] = props.stream.streams;
    return [mapping(first), ...others.map(mapping)];
  }

  private addLagAlarms({ name, maxLag = Duration.minutes(5) }: StreamConsumerProps): void {
    this.fn.addFailureAlarms({ periods: 3, badPeriods: 2 });
    this.fn.addAlarm('iterator-age', {
      metric: this.lagMetric,
      threshold: maxLag.toMilliseconds(),
      periods: 5,
      badPeriods: 3,
      meaning: `${name} is ${maxLag.toHumanString()} behind the stream`,
    });
    this.fn.addAlarm('failed-batches', {
      metric: this.fn.ownMetric('FailedBatches'),
      periods: 3,
      badPeriods: 2,
      meaning: `${name} tries batches again because a store does not take them`,
    });
  }

  private addRejectionAlarms({ name, maxRejected = 100 }: StreamConsumerProps): void {
    for (const [reason, metric] of this.rejectedMetrics)
      this.fn.addAlarm(`rejected-${reason.replaceAll('_', '-')}`, {
        metric,
        threshold: OWN_REASONS.has(reason) ? 1 : maxRejected,
        meaning: `${name} rejects records because of ${reason}`,
      });
  }

  private addLossAlarms({ name, config }: StreamConsumerProps): void {
    this.fn.addAlarm('given-up', {
      // The emulator takes no alarm on several metrics.
      metric: config.target === 'local' ? this.givenUpMetrics[0] : this.givenUpMetric,
      meaning: `${name} gave records up; they wait in the rejected bucket`,
    });
    this.fn.addAlarm('lost', {
      metric: this.lostMetric,
      meaning: `${name} gave records up and could not keep them`,
    });
  }
}

/** The emulator passes over records that a function reports as not done. */
function batchFailures({ config }: StreamConsumerProps): Env['BATCH_FAILURES'] {
  return config.target === 'local' ? 'throw' : 'report';
}

function givenUpBy({ eventSourceMappingId }: EventSourceMapping): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'OnFailureDestinationDeliveredEventCount',
    dimensionsMap: { EventSourceMappingUUID: eventSourceMappingId },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}

function sumOf(metrics: readonly Metric[]): MathExpression {
  return new MathExpression({
    expression: metrics.map((_, i) => `FILL(m${i}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric])),
    label: 'OnFailureDestinationDeliveredEventCount',
    period: PERIOD,
  });
}

function maxRecordAge({ name, stream, maxRecordAge: chosen }: StreamConsumerProps): Duration {
  const kept = stream.retention.toSeconds();
  const age = chosen ?? Duration.seconds(Math.min(kept - MARGIN.toSeconds(), MAX_RECORD_AGE.toSeconds()));
  if (age.toSeconds() < kept) return age;
  throw new InvalidSettingsError(
    `maxRecordAge of ${name}: is ${age.toHumanString()}; allowed is less than the ${stream.retention.toHumanString()} that the stream keeps records`,
  );
}
