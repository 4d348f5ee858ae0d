import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { TABLE_REASONS } from '../../../core/parse-event.ts';
import { StreamConsumer, type StreamConsumerProps } from '../../../lib/constructs/stream-consumer.ts';
import type { Settings } from '../../support/app.ts';
import { alarmNamesOf, makeStage, permissionsOf } from '../../support/stage.ts';

function consume(props: Partial<StreamConsumerProps> = {}, settings: Settings = {}): Template {
  const { stack, stream, rejected, functionProps } = makeStage(settings);
  new StreamConsumer(stack, 'Consumer', { ...functionProps, stream, rejected, reasons: TABLE_REASONS, ...props });
  return Template.fromStack(stack);
}

const MAPPING = 'AWS::Lambda::EventSourceMapping';

function iteratorAge(thresholdMs: number) {
  return { MetricName: 'IteratorAge', Statistic: 'Maximum', Threshold: thresholdMs };
}

describe('a stream consumer', () => {
  test('takes up to 500 records, gathered for a second, one batch of a shard at a time', () => {
    consume().hasResourceProperties(MAPPING, {
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 1,
    });
  });

  test('tries a batch as often as it takes until its records are too old', () => {
    consume().hasResourceProperties(MAPPING, { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 23 * 3_600 });
  });

  test('can be tuned', () => {
    const template = consume({
      batchSize: 100,
      batchingWindow: Duration.seconds(5),
      parallelizationFactor: 4,
      retryAttempts: 3,
      maxRecordAge: Duration.hours(2),
      reservedConcurrency: 2,
      memoryMib: 512,
    });

    template.hasResourceProperties(MAPPING, {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      ParallelizationFactor: 4,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 7_200,
    });
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 2, MemorySize: 512 });
  });

  test.each([
    ['24', 23 * 3_600],
    ['25', 24 * 3_600],
    ['8760', 7 * 24 * 3_600],
  ])('gives a record up before a stream of %s hours forgets it', (streamRetentionHours, seconds) => {
    consume({}, { streamRetentionHours }).hasResourceProperties(MAPPING, { MaximumRecordAgeInSeconds: seconds });
  });

  test('cannot be told to try a record for as long as the stream keeps it', () => {
    expect(() => consume({ maxRecordAge: Duration.hours(24) })).toThrow(
      'maxRecordAge of write-live: is 1 day; allowed is less than the 1 day that the stream keeps records',
    );
  });

  test('keeps what it gives up in the bucket of rejected records', () => {
    consume().hasResourceProperties(MAPPING, {
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RejectedRecordsBucket'), 'Arn'] } },
      },
    });
  });

  test('may read the stream and put what it gives up where Lambda wants it, and nothing else', () => {
    const permissions = permissionsOf(consume());

    expect(permissions.map(({ actions }) => actions)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      ['s3:PutObject'],
      ['s3:ListBucket'],
    ]);
    expect(permissions[2]?.resources).toContain('/aws/lambda/*');
  });

  test('tells of lag, errors, throttles, failed batches, each reason of a rejection, batches given up and lost', () => {
    expect(alarmNamesOf(consume())).toEqual([
      'Groundswell-trends-trends-write-live-errors',
      'Groundswell-trends-trends-write-live-failed-batches',
      'Groundswell-trends-trends-write-live-given-up',
      'Groundswell-trends-trends-write-live-iterator-age',
      'Groundswell-trends-trends-write-live-lost',
      ...TABLE_REASONS.map(
        (reason) => `Groundswell-trends-trends-write-live-rejected-${reason.replaceAll('_', '-')}`,
      ).toSorted(),
      'Groundswell-trends-trends-write-live-throttles',
    ]);
  });

  test('tells of a lag of five minutes unless told otherwise', () => {
    consume().hasResourceProperties('AWS::CloudWatch::Alarm', iteratorAge(300_000));
    consume({ maxLag: Duration.minutes(1) }).hasResourceProperties('AWS::CloudWatch::Alarm', iteratorAge(60_000));
  });

  test.each([
    ['not_json', 100],
    ['unprocessable', 1],
    ['row_too_large', 1],
    ['row_refused', 1],
  ])('tells of records rejected as %s from %i in five minutes on', (reason, Threshold) => {
    consume().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'RejectedRecords',
      Dimensions: Match.arrayWith([{ Name: 'reason', Value: reason }]),
      Period: 300,
      Threshold,
    });
  });

  test('tells of rejected records under the service that the function counts them for', () => {
    const template = consume();

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Groundswell', POWERTOOLS_SERVICE_NAME: 'trends-write-live' },
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Groundswell',
      MetricName: 'RejectedRecords',
      Dimensions: Match.arrayWith([{ Name: 'service', Value: 'trends-write-live' }]),
      Statistic: 'Sum',
      Threshold: 100,
    });
  });

  test('has its mapping counted, because the alarm on batches given up reads that', () => {
    const template = consume();

    template.hasResourceProperties(MAPPING, { MetricsConfig: { Metrics: ['EventCount'] } });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'OnFailureDestinationDeliveredEventCount',
      Dimensions: [{ Name: 'EventSourceMappingUUID', Value: Match.anyValue() }],
    });
  });
});
