import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { Env } from '../../lambdas/shared/aggregate-env.ts';
import type { Config } from '../config.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { LiveTables } from './live-tables.ts';
import type { MarkTable } from './mark-table.ts';
import { RowTables } from './row-tables.ts';
import { SnapshotTable } from './snapshot-table.ts';
import { SummaryBucket } from './summary-bucket.ts';

/** A backlog is worked off within one run as far as it goes; the next run goes on. */
const TIMEOUT = Duration.minutes(5);

/** When each aggregation runs. Late hours are finished every ten minutes, the hour that ended at minute 0. */
const SCHEDULES = {
  minute: { name: 'aggregate-minute', cron: '* * * * ? *', maxSilence: Duration.minutes(5) },
  fiveMinute: { name: 'aggregate-5-minute', cron: '0/5 * * * ? *', maxSilence: Duration.minutes(15) },
  hour: { name: 'aggregate-hour', cron: '0/10 * * * ? *', maxSilence: Duration.minutes(30), memoryMib: 2_048 },
} as const;

export interface AggregationsProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly liveTables: LiveTables;
  readonly markTable: MarkTable;
  /** JSON: the settings of the stage. */
  readonly settings: string;
}

/** The three functions that rank windows, and where they keep what they find. */
export class Aggregations extends Construct {
  private readonly summaries: SummaryBucket;
  private readonly snapshots: SnapshotTable;
  private readonly rows: RowTables;
  private readonly functionNames: Readonly<Record<keyof typeof SCHEDULES, string>>;

  constructor(scope: Construct, id: string, props: AggregationsProps) {
    super(scope, id);
    const { config } = props;
    this.summaries = new SummaryBucket(this, 'SummaryBucket', { config });
    this.snapshots = new SnapshotTable(this, 'SnapshotTable', { config });
    this.rows = new RowTables(this, 'RowTables', { config });
    this.functionNames = {
      minute: this.addAggregation('Minute', SCHEDULES.minute, props),
      fiveMinute: this.addAggregation('FiveMinute', SCHEDULES.fiveMinute, props),
      hour: this.addAggregation('Hour', SCHEDULES.hour, props),
    };
  }

  /** What commands read of the deployed stack. */
  get outputs() {
    return {
      SummaryBucketName: this.summaries.bucketName,
      SnapshotTableName: this.snapshots.tableName,
      PerMinuteTableName: this.rows.perMinute.tableName,
      Per5MinuteTableName: this.rows.per5Minute.tableName,
      PerHourTableName: this.rows.perHour.tableName,
      AggregateMinuteFunctionName: this.functionNames.minute,
      Aggregate5MinuteFunctionName: this.functionNames.fiveMinute,
      AggregateHourFunctionName: this.functionNames.hour,
    };
  }

  private addAggregation(
    id: string,
    schedule: (typeof SCHEDULES)[keyof typeof SCHEDULES],
    { config, alarms, liveTables, markTable, settings }: AggregationsProps,
  ): string {
    const environment = {
      LIVE_TABLE_NAMES: liveTables.tableNamesJson,
      MARK_TABLE_NAME: markTable.tableName,
      SUMMARY_BUCKET_NAME: this.summaries.bucketName,
      SNAPSHOT_TABLE_NAME: this.snapshots.tableName,
      PER_MINUTE_TABLE_NAME: this.rows.perMinute.tableName,
      PER_5_MINUTE_TABLE_NAME: this.rows.per5Minute.tableName,
      PER_HOUR_TABLE_NAME: this.rows.perHour.tableName,
      TREND_SETTINGS: settings,
    } satisfies Record<keyof Env, string>;
    const { fn } = new ScheduledFunction(this, id, {
      ...schedule,
      config,
      stage: 'trends',
      alarms,
      timeout: TIMEOUT,
      environment,
    });
    liveTables.grantRead(fn);
    markTable.grantFinish(fn);
    this.summaries.grantReplace(fn);
    this.snapshots.grantReplace(fn);
    this.rows.grantWrite(fn);
    fn.addAlarm('marks-waiting', {
      metric: fn.countMetric('MarksWaiting', { statistic: Stats.MINIMUM, period: Duration.minutes(30) }),
      meaning: `${schedule.name} has not caught up with its marks for half an hour`,
    });
    return fn.fn.functionName;
  }
}
