import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { LakeOutputs } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import { LakeBucket } from './lake-bucket.ts';
import { catalogNames, lakeSettings } from './lake-flags.ts';
import { ObjectQueue } from './object-queue.ts';

export interface LakeStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
}

/** The stage that keeps every event: objects by the day on which their events were created. */
export class LakeStack extends Stack {
  readonly bucket: LakeBucket;
  /** Tells of every object that comes. */
  readonly objects: ObjectQueue;

  constructor(scope: Construct, id: string, { config, alarms }: LakeStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: lake` });
    this.bucket = new LakeBucket(this, 'Lake', { config });
    this.objects = new ObjectQueue(this, 'Objects', { config, alarms, bucket: this.bucket });
    const names = catalogNames(config.preset);
    addOutputs(this, {
      LakeBucketName: this.bucket.bucketName,
      LakeSettings: asciiJson(lakeSettings(config)),
      CatalogDatabase: names.database,
      WorkgroupName: names.workgroup,
      DedupeJobName: '',
    } satisfies Record<keyof LakeOutputs, string>);
  }
}
