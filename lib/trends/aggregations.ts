import { Duration } from 'aws-cdk-lib';
import { Stats, Unit, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import type { Env } from '../../lambdas/shared/aggregate-env.ts';
import type { Config } from '../config.ts';
import { ScheduledFunction } from '../constructs/scheduled-function.ts';
import type { StageFunction } from '../constructs/stage-function.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import type { LiveTables } from './live-tables.ts';
import type { MarkTable } from './mark-table.ts';
import { RowTables } from './row-tables.ts';
import { SnapshotTable } from './snapshot-table.ts';
import { SummaryBucket } from './summary-bucket.ts';

/** A backlog is worked off within one run as far as it goes; the next run goes on. */
const TIMEOUT = Duration.minutes(5);

/** Three turns of old minutes. */
const MAX_WAIT = Duration.minutes(30);

/** The cells of a whole hour with 3.6 million events take more than a gigabyte (`npm run bench -- hour`). */
const HOUR_MEMORY_MIB = 2_048;

/**
 * When each aggregation runs. Late hours are finished every ten minutes, the hour that ended at minute 0. A 5-minute
 * window spans its hour up to its end, at the full hour all of it: it merges as much as an hour does.
 */
const SCHEDULES = {
  minute: { name: 'aggregate-minute', cron: '* * * * ? *', maxSilence: Duration.minutes(5) },
  fiveMinute: {
    name: 'aggregate-5-minute',
    cron: '0/5 * * * ? *',
    maxSilence: Duration.minutes(15),
    memoryMib: HOUR_MEMORY_MIB,
  },
  hour: {
    name: 'aggregate-hour',
    cron: '0/10 * * * ? *',
    maxSilence: Duration.minutes(30),
    memoryMib: HOUR_MEMORY_MIB,
  },
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
  private readonly functions: Readonly<Record<keyof typeof SCHEDULES, StageFunction>>;

  constructor(scope: Construct, id: string, props: AggregationsProps) {
    super(scope, id);
    const { config } = props;
    this.summaries = new SummaryBucket(this, 'SummaryBucket', { config });
    this.snapshots = new SnapshotTable(this, 'SnapshotTable', { config });
    this.rows = new RowTables(this, 'RowTables', { config });
    this.functions = {
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
      AggregateMinuteFunctionName: this.functions.minute.fn.functionName,
      Aggregate5MinuteFunctionName: this.functions.fiveMinute.fn.functionName,
      AggregateHourFunctionName: this.functions.hour.fn.functionName,
    };
  }

  /** How they do. */
  get panels(): Panel[] {
    const functions = Object.values(this.functions);
    return [
      { title: 'Age of the oldest mark (s)', metrics: functions.map((fn) => labelled(fn, oldestMarkMetric(fn))) },
      { title: 'Windows finished', metrics: functions.map((fn) => labelled(fn, fn.ownMetric('WindowsFinished'))) },
      {
        title: 'Duration (ms)',
        metrics: functions.map((fn) => labelled(fn, fn.fn.metricDuration({ statistic: Stats.MAXIMUM }))),
      },
    ];
  }

  /** What is written to the tables that they fill. */
  get tablePanels(): Panel[] {
    return [this.snapshots.panel, this.rows.panel];
  }

  private addAggregation(
    id: string,
    schedule: (typeof SCHEDULES)[keyof typeof SCHEDULES],
    { config, alarms, liveTables, markTable, settings }: AggregationsProps,
  ): StageFunction {
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
    liveTables.grantQuery(fn);
    markTable.grantFinish(fn);
    this.summaries.grantReplace(fn);
    this.snapshots.grantReplace(fn);
    this.rows.grantWrite(fn);
    fn.addAlarm('marks-waiting', {
      metric: oldestMarkMetric(fn),
      threshold: MAX_WAIT.toSeconds(),
      meaning: `A mark has waited ${MAX_WAIT.toHumanString()} for ${schedule.name}`,
    });
    return fn;
  }
}

/** How long the oldest mark that a run found had waited; marks of old minutes are looked at in every tenth only. */
function oldestMarkMetric(fn: StageFunction): Metric {
  return fn.ownMetric('OldestMarkAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(15), unit: Unit.SECONDS });
}

function labelled(fn: StageFunction, metric: Metric): Metric {
  return metric.with({ label: fn.functionName });
}
