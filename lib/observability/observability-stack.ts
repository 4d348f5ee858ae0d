import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

import type { Config } from '../config.ts';
import { AlarmTopic } from './alarm-topic.ts';

export interface ObservabilityStackProps {
  readonly config: Config;
}

/** The stage that people learn from when something is wrong. */
export class ObservabilityStack extends Stack {
  readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { config }: ObservabilityStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: alarms` });
    this.alarms = new AlarmTopic(this, 'Alarms', { config });
  }
}
