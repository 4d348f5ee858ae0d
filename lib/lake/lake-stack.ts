import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { LakeOutputs } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addOutputs } from '../constructs/add-outputs.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import type { EventStream } from '../ingestion/event-stream.ts';
import type { RejectedBucket } from '../ingestion/rejected-bucket.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { searchFeedOf } from '../search/search-flags.ts';
import { Catalog } from './catalog.ts';
import { DedupeWorkflow } from './dedupe-workflow.ts';
import { FirehoseDelivery } from './firehose-delivery.ts';
import { LakeBucket } from './lake-bucket.ts';
import { lakeSettings } from './lake-flags.ts';
import { LocalDelivery } from './local-delivery.ts';
import { ObjectQueue } from './object-queue.ts';
import { Workgroup } from './workgroup.ts';

export interface LakeStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  /** Where events come from. */
  readonly stream: EventStream;
  /** Keeps what is no event. */
  readonly rejected: RejectedBucket;
}

/** What the index reads of the lake. */
export interface LakeObjects {
  readonly bucket: LakeBucket;
  /** Tells of every object that comes. */
  readonly objects: ObjectQueue;
}

/** The stage that keeps every event: from the stream into files by day, from these one row for each post, for everybody to query. */
export class LakeStack extends Stack {
  /** What feeds the search index, where the lake does. */
  readonly feed: LakeObjects | undefined;
  /** The dashboard's view of the stage. */
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, { config, alarms, ...from }: LakeStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: lake` });
    const isLocal = config.target === 'local';
    const settings = asciiJson(lakeSettings(config));
    const bucket = new LakeBucket(this, 'Lake', { config });
    const catalog = new Catalog(this, 'Catalog', { config, bucket });
    const { name: workgroup } = new Workgroup(this, 'Workgroup', { config, bucket, catalog });

    const Delivery = isLocal ? LocalDelivery : FirehoseDelivery;
    const delivery = new Delivery(this, 'Delivery', { ...from, config, alarms, bucket, catalog, settings });
    // The emulator has no Spark; there, `npm run dedupe` runs the same job on this machine.
    const dedupe = isLocal ? undefined : new DedupeWorkflow(this, 'Dedupe', { config, alarms, bucket, catalog });

    // Nobody else would take its messages.
    if (searchFeedOf(config) === 'lake')
      this.feed = { bucket, objects: new ObjectQueue(this, 'Objects', { config, alarms, bucket }) };
    this.panels = [...delivery.panels, ...(dedupe?.panels ?? [])];
    addOutputs(this, {
      LakeBucketName: bucket.bucketName,
      LakeSettings: settings,
      CatalogDatabase: catalog.databaseName,
      WorkgroupName: workgroup,
      DedupeJobName: dedupe?.jobName ?? '',
    } satisfies Record<keyof LakeOutputs, string>);
  }
}
