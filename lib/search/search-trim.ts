import { Duration } from 'aws-cdk-lib';
import { Stats, Unit, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { Env } from '../../lambdas/trim-search/env.ts';
import type { Config } from '../config.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { searchSettings } from './search-flags.ts';
import type { SearchServer } from './search-server.ts';

/** Not on the full hour, when the aggregations have most to do. */
const CRON = '41 * * * ? *';
const PERIOD = Duration.hours(1);

export interface SearchTrimProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly server: SearchServer;
  /** JSON: see SearchSettings. */
  readonly settings: string;
}

/** Keeps the index within its room: every hour, whole indices go that are too old, or that the others have no room beside. */
export class SearchTrim extends Construct {
  private readonly fn: StageFunction;

  constructor(scope: Construct, id: string, { config, alarms, server, settings }: SearchTrimProps) {
    super(scope, id);
    const { fn } = new ScheduledFunction(this, 'Hourly', {
      config,
      stage: 'search',
      name: 'trim-search',
      alarms,
      cron: CRON,
      maxSilence: Duration.hours(3),
      timeout: Duration.minutes(2),
      environment: {
        SEARCH_ENDPOINT: server.endpoint,
        SEARCH_SETTINGS: settings,
      } satisfies Record<keyof Env, string>,
    });
    this.fn = fn;
    server.grantTrim(fn);
    fn.addAlarm('too-large', {
      metric: this.bytesMetric,
      threshold: searchSettings(config).maxBytes + 1,
      meaning: 'The posts of the month or day that runs alone take more of the disk than all indices together may',
    });
    fn.addAlarm('early', {
      metric: fn.ownMetric('IndicesOverSize', { period: PERIOD }),
      meaning: 'The posts of a month or day went before their time, because the disk is too small for all of them',
      isQuiet: true,
    });
  }

  /** What the index takes, and how far back it goes. */
  get panels(): Panel[] {
    const days = this.fn.ownMetric('FindableDays', { statistic: Stats.MAXIMUM, period: PERIOD });
    return [
      { title: 'Size of the index (bytes)', metrics: [this.bytesMetric] },
      { title: 'Days back to the beginning of its oldest index', metrics: [days] },
    ];
  }

  private get bytesMetric(): Metric {
    return this.fn.ownMetric('IndexBytes', { statistic: Stats.MAXIMUM, period: PERIOD, unit: Unit.BYTES });
  }
}
