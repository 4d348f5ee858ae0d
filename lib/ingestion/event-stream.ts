import { Duration } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

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
export class EventStream extends Construct {
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

  /** Lets a function read the stream; the key is the account's own, which needs no grant. */
  grantRead(fn: StageFunction): void {
    fn.allow({ actions: READ_ACTIONS, resources: [this.streamArn] });
  }
}
