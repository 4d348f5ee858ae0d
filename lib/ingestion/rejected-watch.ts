import { Duration } from 'aws-cdk-lib';
import { Stats, Unit, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { Env } from '../../lambdas/watch-rejected/env.ts';
import type { Config } from '../config.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import type { RejectedBucket } from './rejected-bucket.ts';

/** Not on the full hour, when the aggregations have most to do. */
const CRON = '23 * * * ? *';
const PERIOD = Duration.hours(1);
/** How much of the time is over when people are told: of 48 hours 36, so there are 12 left. */
const TOLD_AFTER = 0.75;

export interface RejectedWatchProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly rejected: RejectedBucket;
}

/** Looks every hour at what was rejected and not sent again, and tells before it is too late to change a table. */
export class RejectedWatch extends Construct {
  private readonly fn: StageFunction;

  constructor(scope: Construct, id: string, { config, alarms, rejected }: RejectedWatchProps) {
    super(scope, id);
    const { fn } = new ScheduledFunction(this, 'Hourly', {
      config,
      stage: 'ingestion',
      name: 'watch-rejected',
      alarms,
      cron: CRON,
      maxSilence: Duration.hours(3),
      timeout: Duration.minutes(5),
      environment: {
        REJECTED_BUCKET_NAME: rejected.bucketName,
        LATE_HOURS: String(config.lateHours),
      } satisfies Record<keyof Env, string>,
    });
    this.fn = fn;
    rejected.grantWatch(fn);
    fn.addAlarm('near-end', {
      metric: this.ageMetric,
      threshold: TOLD_AFTER * Duration.hours(config.lateHours).toSeconds(),
      meaning: `Rejected records will soon be too late to change a table, ${config.lateHours} hours after their minute`,
    });
  }

  /** What waits to be sent again. */
  get panels(): Panel[] {
    const count = this.fn.ownMetric('OpenRejected', { statistic: Stats.MAXIMUM, period: PERIOD });
    return [
      { title: 'Rejected, not sent again, not too late', metrics: [count] },
      { title: 'Age of the oldest of these (s)', metrics: [this.ageMetric] },
    ];
  }

  private get ageMetric(): Metric {
    return this.fn.ownMetric('OldestRejectedAge', { statistic: Stats.MAXIMUM, period: PERIOD, unit: Unit.SECONDS });
  }
}
