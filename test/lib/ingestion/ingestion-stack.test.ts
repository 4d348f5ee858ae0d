import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { IngestionOutputsSchema } from '../../../deployment/outputs.ts';
import { EnvSchema } from '../../../lambdas/watch-rejected/env.ts';
import { outputNames, synthApp, templateOf, type Settings } from '../../support/app.ts';
import { policiesOf } from '../../support/stage.ts';

function ingestion(settings: Settings = {}) {
  return templateOf(synthApp(settings), 'Ingestion');
}

describe('the ingestion stage', () => {
  test('has one shard that keeps events for a day, encrypted with the key of the account', () => {
    ingestion().hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: 1,
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  test('has the shards and the retention of the settings', () => {
    ingestion({ shards: '4', streamRetentionHours: '168' }).hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: 4,
      RetentionPeriodHours: 168,
    });
  });

  test('has no number of shards when the stream is on demand', () => {
    ingestion({ streamMode: 'on-demand', shards: '4' }).hasResourceProperties('AWS::Kinesis::Stream', {
      ShardCount: Match.absent(),
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    });
  });

  test('keeps rejected records as long as the settings say', () => {
    ingestion({ rejectedRetentionDays: '7' }).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 7 })] },
    });
  });

  test.each([
    ['15 minutes', {}, 900, true],
    ['the minutes of the settings', { noDataMinutes: '60' }, 3_600, true],
    ['a day, and tells nobody, where producers run now and then', { noDataMinutes: '0' }, 86_400, false],
  ])('looks for events in %s; a stream without a metric has none', (_, settings, Period, ActionsEnabled) => {
    const template = ingestion(settings);
    const [stream] = Object.keys(template.findResources('AWS::Kinesis::Stream'));

    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-ingestion-events-no-data',
      Namespace: 'AWS/Kinesis',
      MetricName: 'IncomingRecords',
      Dimensions: [{ Name: 'StreamName', Value: { Ref: stream } }],
      Statistic: 'Sum',
      Period,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      ActionsEnabled,
    });
  });

  test.each([
    ['36 hours of 48', {}, 129_600],
    ['three quarters of what the settings say', { lateHours: '8' }, 21_600],
  ])('tells of rejected records after %s', (_, settings, Threshold) => {
    ingestion(settings).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-ingestion-watch-rejected-near-end',
      MetricName: 'OldestRejectedAge',
      Statistic: 'Maximum',
      Threshold,
    });
  });

  test('looks at rejected records every hour, with what its schema takes', () => {
    const template = ingestion({ lateHours: '8' });
    const bucket = Match.objectLike({ Ref: Match.stringLikeRegexp('^RejectedRecordsBucket') });

    template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(23 * * * ? *)' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { REJECTED_BUCKET_NAME: bucket, LATE_HOURS: '8' } },
    });
    expect(EnvSchema.parse({ REJECTED_BUCKET_NAME: 'bucket', LATE_HOURS: '8' }).LATE_HOURS).toBe(8);
  });

  test('lets the look at rejected records list, read and queue failed runs, and neither write nor remove', () => {
    const [permissions = []] = policiesOf(ingestion(), 'RejectedWatchHourlyFunction');
    const read = permissions.find(({ actions }) => actions.includes('s3:GetObject'))?.resources ?? '';

    expect(permissions.flatMap(({ actions }) => actions).toSorted()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    expect([...read.matchAll(/"(\/[^"]*)"/g)].map((match) => match[1]).toSorted()).toEqual([
      '/aws/lambda/*',
      '/rejected/*',
    ]);
  });

  test('tells commands exactly what they read', () => {
    expect(outputNames(ingestion())).toEqual(Object.keys(IngestionOutputsSchema.shape).toSorted());
  });
});
