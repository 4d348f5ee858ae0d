import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { RecordSource, SourceStream } from '../constructs/record-source.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { Panel } from '../observability/panel.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html without what needs no stream or fan-out. */
const READ_ACTIONS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

export interface EventStreamProps {
  readonly config: Config;
}

/** The encrypted stream of SocialEvents: what producers write and every consumer reads. */
export class EventStream extends Construct implements RecordSource {
  readonly streamArn: string;
  readonly streamName: string;
  /** How long a record can be read. */
  readonly retention: Duration;

  constructor(scope: Construct, id: string, { config }: EventStreamProps) {
    super(scope, id);
    this.retention = Duration.hours(config.streamRetentionHours);
    const stream = new Stream(this, 'Stream', {
      encryption: StreamEncryption.MANAGED,
      retentionPeriod: this.retention,
      removalPolicy: removalPolicy(config),
      ...(config.streamMode === 'on-demand'
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: config.shards }),
    });
    this.streamArn = stream.streamArn;
    this.streamName = stream.streamName;
  }

  get streams(): readonly [SourceStream] {
    return [{ id: 'Events', arn: this.streamArn }];
  }

  /** A metric of the stream as a whole: its sum in five minutes unless told otherwise. */
  metric(metricName: string, options: Pick<MetricOptions, 'statistic' | 'period' | 'label'> = {}): Metric {
    return new Metric({
      namespace: 'AWS/Kinesis',
      metricName,
      dimensionsMap: { StreamName: this.streamName },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    });
  }

  /** What comes in. */
  get panels(): Panel[] {
    return [
      { title: 'Incoming records', metrics: [this.metric('IncomingRecords')] },
      { title: 'Incoming bytes', metrics: [this.metric('IncomingBytes')] },
      {
        title: 'Records refused',
        metrics: [
          this.metric('WriteProvisionedThroughputExceeded', { label: 'over the limit of a shard' }),
          this.metric('PutRecords.FailedRecords', { label: 'failed inside Kinesis' }),
        ],
      },
    ];
  }

  /** Lets a producer find the shards and write to them. */
  grantWrite(producer: Pick<StageFunction, 'allow'>): void {
    producer.allow({ actions: ['kinesis:ListShards', 'kinesis:PutRecords'], resources: [this.streamArn] });
  }

  /** Lets a function or service read the stream; the key is the account's own, which needs no grant. */
  grantRead(reader: Pick<StageFunction, 'allow'>): void {
    reader.allow({ actions: READ_ACTIONS, resources: [this.streamArn] });
  }
}
