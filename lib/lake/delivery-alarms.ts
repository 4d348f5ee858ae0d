import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

import type { Config } from '../config.ts';
import type { AlarmRule, AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';

const PERIOD = Duration.minutes(5);
/** For what Firehose does besides gathering: the transformation, and attempts at a file. */
const PATIENCE = Duration.minutes(15);
/** The originals are gathered for five minutes, whatever the preset says. */
const MAX_ORIGINAL_AGE = Duration.minutes(20);
const MAX_LAG = Duration.minutes(5);
const GOOD_SHARE = 0.99;

interface AlarmedStream {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  /** Of the delivery stream. */
  readonly name: string;
}

/** Adds the alarms of Firehose: https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html */
export function addDeliveryAlarms(scope: Construct, { config, alarms, name }: AlarmedStream): void {
  const rules = {
    ...deliveryRules(name, Duration.seconds(config.preset.lake.bufferSeconds).plus(PATIENCE)),
    ...backupRules(name),
    ...(config.lakeFormat === 'parquet' && conversionRules(name)),
  };
  for (const [heading, rule] of Object.entries(rules)) alarms.addAlarm(scope, `lake-${heading}`, rule);
}

/** How Firehose does. */
export function deliveryPanels(name: string): Panel[] {
  const max = (metric: string): Metric => firehoseMetric(name, metric, Stats.MAXIMUM);
  return [
    {
      title: 'Age of what waits (s)',
      metrics: [max('DeliveryToS3.DataFreshness'), max('BackupToS3.DataFreshness')],
    },
    { title: 'Firehose behind the stream (ms)', metrics: [max('KinesisMillisBehindLatest')] },
    { title: 'Days written at once', metrics: [max('PartitionCount')] },
  ];
}

function deliveryRules(name: string, maxAge: Duration): Record<string, AlarmRule> {
  return {
    'delivery-freshness': {
      metric: firehoseMetric(name, 'DeliveryToS3.DataFreshness', Stats.MAXIMUM),
      threshold: maxAge.toSeconds(),
      periods: 3,
      meaning: `Events wait for more than ${maxAge.toHumanString()} to be written to the lake`,
    },
    'delivery-failed': {
      ...failureRule(name, 'DeliveryToS3.Success'),
      meaning: 'Firehose cannot write to the lake',
    },
    'delivery-lag': {
      metric: firehoseMetric(name, 'KinesisMillisBehindLatest', Stats.MAXIMUM),
      threshold: MAX_LAG.toMilliseconds(),
      periods: 3,
      meaning: `Firehose is ${MAX_LAG.toHumanString()} behind the stream`,
    },
    'delivery-partitions': {
      metric: firehoseMetric(name, 'PartitionCountExceeded', Stats.MAXIMUM),
      meaning: 'Events of more than 500 days came at once; those of the days beyond are under errors/',
    },
  };
}

function backupRules(name: string): Record<string, AlarmRule> {
  return {
    'originals-freshness': {
      metric: firehoseMetric(name, 'BackupToS3.DataFreshness', Stats.MAXIMUM),
      threshold: MAX_ORIGINAL_AGE.toSeconds(),
      periods: 3,
      meaning: `Original records wait for more than ${MAX_ORIGINAL_AGE.toHumanString()} to be kept`,
    },
    'originals-failed': {
      ...failureRule(name, 'BackupToS3.Success'),
      meaning: 'Firehose cannot keep original records',
    },
  };
}

function conversionRules(name: string): Record<string, AlarmRule> {
  return {
    'conversion-failed': {
      metric: firehoseMetric(name, 'FailedConversion.Records', Stats.SUM),
      meaning: 'Firehose could not make Parquet of rows; they are under errors/',
    },
  };
}

/** @param metric the share of attempts to write to S3 that succeed; each that does not is repeated */
function failureRule(name: string, metric: string): Omit<AlarmRule, 'meaning'> {
  return {
    metric: firehoseMetric(name, metric, Stats.AVERAGE),
    threshold: GOOD_SHARE,
    isBelow: true,
    isSilenceGood: true,
    periods: 3,
    badPeriods: 2,
  };
}

function firehoseMetric(name: string, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/Firehose',
    metricName,
    dimensionsMap: { DeliveryStreamName: name },
    statistic,
    period: PERIOD,
  });
}
