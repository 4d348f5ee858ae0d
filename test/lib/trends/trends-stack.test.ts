import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { SOURCES } from '../../../core/sources.ts';
import { TrendSettingsSchema } from '../../../core/trend-settings.ts';
import { TrendsOutputsSchema } from '../../../deployment/outputs.ts';
import { EnvSchema as AggregateEnvSchema } from '../../../lambdas/shared/aggregate-env.ts';
import { EnvSchema as WriteLiveEnvSchema } from '../../../lambdas/write-live/env.ts';
import { trendSettings } from '../../../lib/config.ts';
import { makeConfig, outputNames, synthApp, templateOf } from '../../support/app.ts';
import { policiesOf } from '../../support/stage.ts';

describe('the trends stage', () => {
  let template: ReturnType<typeof templateOf>;
  beforeAll(() => {
    template = templateOf(synthApp(), 'Trends');
  });

  /** The environment of a function as a deployed one would see it, names made up. */
  function environmentOf(name: string): Record<string, string> {
    const [fn] = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Description: `Groundswell trends: ${name}` } }),
    );
    const { Variables } = FunctionSchema.parse(fn).Properties.Environment;
    return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, deployed(value)]));
  }

  test('has a live table for each source, by the name people know', () => {
    const ids = Object.keys(template.findResources('AWS::DynamoDB::Table')).filter((id) => id.includes('livetable'));

    expect(ids.map((id) => id.replace(/^LiveTables(livetable\w+?)[0-9A-F]{8}$/, '$1'))).toEqual([
      'livetabletwitter',
      'livetablereddit',
      'livetablemeetups',
      'livetablebluesky',
      'livetablehackernews',
      'livetablemastodon',
      'livetablewikimedia',
    ]);
  });

  test.each([
    ['live tables', SOURCES.length, 'key_datetime', 'event_key', true, true],
    ['marks', 1, 'window', 'key', false, false],
    ['snapshots', 1, 'window', 'key_datetime', true, false],
    ['row tables', 3, 'key_word', 'key_datetime_category', true, false],
  ])('keys its %s as storage does', (_, count, partitionKey, sortKey, doesExpire, hasStream) => {
    template.resourcePropertiesCountIs(
      'AWS::DynamoDB::Table',
      {
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: doesExpire ? { AttributeName: 'expires_at', Enabled: true } : Match.absent(),
        StreamSpecification: hasStream ? { StreamViewType: 'NEW_IMAGE' } : Match.absent(),
      },
      count,
    );
  });

  test('gives every function an environment that its schema takes', () => {
    expect(WriteLiveEnvSchema.parse(environmentOf('write-live')).TREND_SETTINGS).toEqual(trendSettings(makeConfig()));
    for (const name of ['aggregate-minute', 'aggregate-5-minute', 'aggregate-hour'])
      expect(Object.keys(AggregateEnvSchema.parse(environmentOf(name)).LIVE_TABLE_NAMES)).toEqual([...SOURCES]);
  });

  test('tells commands exactly what they read', () => {
    expect(outputNames(template)).toEqual(Object.keys(TrendsOutputsSchema.shape).toSorted());
  });

  test('tells commands what their schema takes', () => {
    const outputs = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [name, deployed(Value)]);

    expect(TrendsOutputsSchema.parse(Object.fromEntries(outputs)).TrendSettings).toEqual(trendSettings(makeConfig()));
  });

  test.each([
    ['aggregate-minute', 'cron(* * * * ? *)', 1_024],
    ['aggregate-5-minute', 'cron(0/5 * * * ? *)', 2_048],
    ['aggregate-hour', 'cron(0/10 * * * ? *)', 2_048],
  ])('runs %s at %s with %i MiB and five minutes', (name, ScheduleExpression, MemorySize) => {
    const fn = { Properties: { Description: `Groundswell trends: ${name}`, MemorySize, Timeout: 300 } };
    const [id] = Object.keys(template.findResources('AWS::Lambda::Function', fn));

    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression,
      Target: { Arn: { 'Fn::GetAtt': [id, 'Arn'] } },
    });
  });

  test('lets write-live store, mark, keep what it rejects and read its salt, and nothing else', () => {
    expect(actionsOf('WriteLive')).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:UpdateItem',
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:ListBucket',
      's3:PutObject',
      'secretsmanager:GetSecretValue',
    ]);
  });

  test.each([['AggregationsMinute'], ['AggregationsFiveMinute'], ['AggregationsHour']])(
    'lets the functions of %s read rows, finish marks, and replace what they have found, and nothing else',
    (id) => {
      expect(actionsOf(`${id}Function`)).toEqual([
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObject',
        's3:ListBucket',
        's3:PutObject',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:SendMessage',
      ]);
    },
  );

  const live = SOURCES.map((source) => `livetable${source === 'meetup' ? 'meetups' : source}`);
  const rows = ['per5minute', 'perhour', 'perminute'];
  test.each<[string, string, string[]]>([
    ['WriteLive', 'dynamodb:BatchWriteItem', live],
    ['WriteLive', 'dynamodb:UpdateItem', ['marks']],
    ...['AggregationsMinuteFunction', 'AggregationsFiveMinuteFunction', 'AggregationsHourFunction'].flatMap(
      (fn): [string, string, string[]][] => [
        [fn, 'dynamodb:Query', [...live, 'marks', 'snapshots']],
        [fn, 'dynamodb:GetItem', ['marks', 'snapshots']],
        [fn, 'dynamodb:UpdateItem', ['marks']],
        [fn, 'dynamodb:DeleteItem', ['marks']],
        [fn, 'dynamodb:PutItem', [...rows, 'snapshots']],
      ],
    ),
  ])('lets the function of %s do %s on %j', (policyPrefix, action, tables) => {
    const [policy = []] = policiesOf(template, policyPrefix);
    const statements = policy.filter(({ actions }) => actions.includes(action));
    const names = statements.flatMap(({ resources }) =>
      [...resources.matchAll(/(livetable[a-z]+|marks|snapshots|per[a-z0-9]+)[0-9A-F]{8}"/g)].map((match) => match[1]),
    );

    expect(names.toSorted()).toEqual(tables.toSorted());
  });

  test.each([
    ['WriteLive', ['/aws/lambda/*', '/rejected/*']],
    ['AggregationsMinuteFunction', ['/summaries/*']],
    ['AggregationsFiveMinuteFunction', ['/summaries/*']],
    ['AggregationsHourFunction', ['/summaries/*']],
  ])('lets the function of %s touch only the objects below %j', (policyPrefix, prefixes) => {
    const [policy = []] = policiesOf(template, policyPrefix);
    const touched = policy.flatMap(({ resources }) => [...resources.matchAll(/"(\/[^"]*)"/g)].map((match) => match[1]));

    expect(touched.toSorted()).toEqual(prefixes);
  });

  test('hashes authors with a secret of 48 characters', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true },
    });
  });

  test('keeps summaries as long as the settings say', () => {
    templateOf(synthApp({ summaryRetentionDays: '9' }), 'Trends').hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 9 })] },
    });
  });

  test('tells of marks that nobody catches up with', () => {
    template.resourcePropertiesCountIs(
      'AWS::CloudWatch::Alarm',
      { Namespace: 'Groundswell', MetricName: 'OldestMarkAge', Statistic: 'Maximum', Threshold: 1_800 },
      3,
    );
  });

  function actionsOf(policyPrefix: string): string[] {
    const [policy] = policiesOf(template, policyPrefix);
    return [...new Set(policy?.flatMap(({ actions }) => actions))].toSorted();
  }

  test('uses the settings schema that the functions use', () => {
    expect(TrendSettingsSchema.parse(trendSettings(makeConfig()))).toEqual(trendSettings(makeConfig()));
  });
});

const FunctionSchema = z.object({
  Properties: z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }),
});
const JoinSchema = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });

/** A value of a template with each reference replaced by a name. */
function deployed(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = JoinSchema.safeParse(value);
  return join.success ? join.data['Fn::Join'][1].map(deployed).join('') : 'a-name';
}
