import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { IngestionOutputs } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import { EventStream } from './event-stream.ts';
import { RejectedBucket } from './rejected-bucket.ts';

export interface IngestionStackProps {
  readonly config: Config;
}

/** The stage that takes events in: producers write to its stream, every other stage reads from it. */
export class IngestionStack extends Stack {
  readonly stream: EventStream;
  readonly rejected: RejectedBucket;

  constructor(scope: Construct, id: string, { config }: IngestionStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: ingestion` });
    this.stream = new EventStream(this, 'Events', { config });
    this.rejected = new RejectedBucket(this, 'Rejected', { config });
    addOutputs(this, {
      StreamName: this.stream.streamName,
      RejectedBucketName: this.rejected.bucketName,
    } satisfies Record<keyof IngestionOutputs, string>);
  }
}
