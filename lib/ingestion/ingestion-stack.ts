import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { IngestionOutputs } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import { EventStream } from './event-stream.ts';
import { ProducerSecrets } from './producer-secrets.ts';
import { RejectedBucket } from './rejected-bucket.ts';
import { RejectedWatch } from './rejected-watch.ts';

const DAY_MINUTES = 1_440;

export interface IngestionStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
}

/** The stage that takes events in: producers write to its stream, every other stage reads from it. */
export class IngestionStack extends Stack {
  readonly stream: EventStream;
  readonly rejected: RejectedBucket;
  readonly watch: RejectedWatch;
  readonly producerSecrets: ProducerSecrets;

  constructor(scope: Construct, id: string, { config, alarms }: IngestionStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: ingestion` });
    this.stream = new EventStream(this, 'Events', { config });
    this.rejected = new RejectedBucket(this, 'Rejected', { config });
    this.watch = new RejectedWatch(this, 'RejectedWatch', { config, alarms, rejected: this.rejected });
    this.producerSecrets = new ProducerSecrets(this, 'ProducerSecrets', { config });
    this.addNoDataAlarm(config, alarms);
    addOutputs(this, {
      StreamName: this.stream.streamName,
      RejectedBucketName: this.rejected.bucketName,
      ProducerSecretNames: this.producerSecrets.namesJson,
    } satisfies Record<keyof IngestionOutputs, string>);
  }

  /** Kinesis has no metric of a stream that nobody writes to, so none counts as no data. */
  private addNoDataAlarm({ noDataMinutes }: Config, alarms: AlarmTopic): void {
    const period = Duration.minutes(noDataMinutes === 0 ? DAY_MINUTES : noDataMinutes);
    alarms.addAlarm(this, 'ingestion-events-no-data', {
      metric: this.stream.metric('IncomingRecords', { period }),
      isBelow: true,
      isQuiet: noDataMinutes === 0,
      meaning: `No event has come in for ${period.toHumanString()}`,
    });
  }
}
