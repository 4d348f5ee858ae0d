import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { PRESET_NAMES } from '../../../presets/presets.ts';
import { LAKE_PREFIXES } from '../../../storage/lake/lake-layout.ts';
import { synthApp, templateOf } from '../../support/app.ts';

const LOCAL = { target: 'local', searchEndpoint: 'http://localhost:9200' };
const followed = templateOf(synthApp({ preset: 'sentiment', search: 'true', searchFeed: 'lake' }), 'Lake');

const Rules = z.array(
  z.looseObject({
    Prefix: z.string().optional(),
    ExpirationInDays: z.int().optional(),
    NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.int() }).optional(),
  }),
);

/** What becomes of the objects of the bucket with time. */
function rulesOf(lake: Template): z.infer<typeof Rules> {
  const [bucket] = Object.values(lake.findResources('AWS::S3::Bucket'));
  return Rules.parse(bucket?.['Properties'].LifecycleConfiguration.Rules);
}

describe('the lake', () => {
  test.each(PRESET_NAMES)('keeps events of the preset %s by itself, unless it is turned off', (preset) => {
    for (const target of ['aws', 'local'])
      templateOf(synthApp({ preset, target }), 'Lake').hasOutput('LakeBucketName', {});
    expect(() => templateOf(synthApp({ preset, lake: 'false' }), 'Lake')).toThrow('Lake');
  });

  test('keeps observations and posts for ever, and the rest as long as the settings say', () => {
    const lake = templateOf(synthApp({ lakeOriginalDays: '12', rejectedRetentionDays: '40' }), 'Lake');
    const days = rulesOf(lake).flatMap(({ Prefix, ExpirationInDays }) =>
      Prefix === undefined ? [] : [[Prefix, ExpirationInDays]],
    );

    expect(Object.fromEntries(days)).toEqual({
      [LAKE_PREFIXES.originals]: 12,
      [LAKE_PREFIXES.originalErrors]: 40,
      [LAKE_PREFIXES.errors]: 40,
      [LAKE_PREFIXES.staging]: 1,
      [LAKE_PREFIXES.queryResults]: 7,
    });
    expect(rulesOf(lake).filter(({ Prefix }) => Prefix === undefined)).toEqual([
      expect.not.objectContaining({ ExpirationInDays: expect.anything() }),
    ]);
  });

  test('gives back for a week what was deleted or replaced, on AWS', () => {
    const lake = templateOf(synthApp(), 'Lake');

    lake.hasResourceProperties('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } });
    expect(rulesOf(lake).map(({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration?.NoncurrentDays)).toEqual(
      [7, 1, 1, 1, 1, 1],
    );
    templateOf(synthApp({ target: 'local' }), 'Lake').hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: Match.absent(),
    });
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
      VisibilityTimeout: 960,
      RedrivePolicy: { maxReceiveCount: 360 },
    });
  });

  test.each([
    ['the index is fed from elsewhere', { preset: 'nba', search: 'true' }],
    ['there is no index', { searchFeed: 'lake' }],
  ])('tells nobody of its objects where %s: nobody would read the messages', (_, settings) => {
    const lake = templateOf(synthApp(settings), 'Lake');

    lake.resourceCountIs('AWS::SQS::Queue', 0);
    lake.hasResourceProperties('AWS::S3::Bucket', { NotificationConfiguration: Match.absent() });
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
