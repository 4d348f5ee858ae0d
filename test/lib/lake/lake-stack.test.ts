import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';

import { synthApp, templateOf } from '../../support/app.ts';

const LOCAL = { target: 'local', searchEndpoint: 'http://localhost:9200' };
const followed = templateOf(synthApp({ preset: 'sentiment', search: 'true', searchFeed: 'lake' }), 'Lake');

describe('the lake', () => {
  test('keeps its objects, and says what its bucket is called', () => {
    followed.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: Match.absent() }],
      },
    });
    followed.hasOutput('LakeBucketName', {});
  });

  test('tells a queue of every object of events that comes, in one piece or in parts', () => {
    followed.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Event: 's3:ObjectCreated:*',
            Queue: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ObjectsQueue'), 'Arn'] },
            Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'raw/' }] } },
          },
        ],
      },
    });
  });

  test('lets S3 send to the queue before it has to, and nobody else', () => {
    followed.hasResource('AWS::S3::Bucket', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^ObjectsQueuePolicy')]),
    });
    followed.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sqs:SendMessage',
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  test('keeps a message for two weeks, and for days before it counts as failed', () => {
    followed.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 14 * 24 * 3_600,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 1_000 },
    });
  });

  test.each([
    ['the index is fed from elsewhere', { preset: 'nba', search: 'true' }],
    ['there is no index', { searchFeed: 'lake' }],
  ])('is not there where %s: nothing would fill or read it', (_, settings) => {
    expect(() => templateOf(synthApp(settings), 'Lake')).toThrow('Lake');
  });
});

describe('the feed of the index', () => {
  test.each([
    ['nba', {}, 'index-stream', 1],
    ['iphone', { searchFeed: 'table' }, 'index-table', 7],
    ['iphone', { searchFeed: 'lake' }, 'index-lake', 1],
  ])('of %s with %j is %s, with a mapping for each of its %i sources', (preset, chosen, name, mappings) => {
    for (const settings of [{ search: 'true' }, LOCAL]) {
      const search = templateOf(synthApp({ preset, ...chosen, ...settings }), 'Search');

      search.resourceCountIs('AWS::Lambda::EventSourceMapping', mappings);
      search.hasResourceProperties('AWS::Lambda::Function', { Description: `Groundswell ${preset}: ${name}` });
    }
  });

  test('takes objects one by one, two at once, and reads no others', () => {
    const search = templateOf(synthApp({ preset: 'sentiment', search: 'true', searchFeed: 'lake' }), 'Search');

    search.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const policies = JSON.stringify(search.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('/raw/*');
    expect(policies).not.toContain('s3:PutObject*');
  });

  test.each([
    ['aws', 'report', { search: 'true' }],
    ['local', 'throw', LOCAL],
  ])('on %s tells of what is not done in the way that is heeded there: %s', (_, BATCH_FAILURES, settings) => {
    const search = templateOf(synthApp({ preset: 'nba', ...settings }), 'Search');

    search.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { BATCH_FAILURES } } });
  });
});
