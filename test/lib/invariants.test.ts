import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { SOURCES } from '../../core/sources.ts';
import { resourcesOf, synthApp, type FoundResource, type Settings } from '../support/app.ts';

const SETTINGS: [string, Settings][] = [
  ['as it is deployed to AWS', {}],
  ['as it is deployed to the emulator', { target: 'local' }],
  [
    'with every option on',
    {
      removal: 'destroy',
      streamMode: 'on-demand',
      streamRetentionHours: '8760',
      tracing: 'true',
      alarmEmail: 'someone@example.org',
      producers: SOURCES.join(','),
      search: 'true',
      searchLogin: 'cognito',
      lakeFormat: 'parquet',
      lakeCrawler: 'true',
      lakeFormation: 'true',
    },
  ],
  ['with a search domain that is opened from home', { search: 'true', searchAllowedAddresses: '203.0.113.7' }],
];

const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

describe.each(SETTINGS)('the app %s', (_, settings) => {
  let app: ReturnType<typeof synthApp>;
  beforeAll(() => {
    app = synthApp(settings);
  });

  /** Every resource of a type; there is one, else the rule would hold for nothing. */
  function all(type: string): FoundResource[] {
    const found = resourcesOf(app, type);
    expect(found, `no ${type} found`).not.toEqual([]);
    return found;
  }

  /** What each resource of a type looks like, by its name. */
  function each<T>(type: string, look: (resource: FoundResource) => T): Record<string, T> {
    return Object.fromEntries(all(type).map((resource) => [resource.logicalId, look(resource)]));
  }

  /** The same for every resource of a type. */
  function same<T>(type: string, value: T): Record<string, T> {
    return each(type, () => value);
  }

  test('every bucket blocks public access', () => {
    const blocked = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };

    expect(each('AWS::S3::Bucket', (bucket) => bucket.Properties['PublicAccessBlockConfiguration'])).toEqual(
      same('AWS::S3::Bucket', blocked),
    );
  });

  test('every bucket is encrypted and lets its objects go, but for the lake, which keeps every event', () => {
    for (const { logicalId, Properties } of all('AWS::S3::Bucket')) {
      const isLake = logicalId.startsWith('Lake');
      const rule = { Status: 'Enabled', ...(!isLake && { ExpirationInDays: expect.any(Number) }) };
      expect(Properties, logicalId).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
        LifecycleConfiguration: { Rules: isLake ? expect.arrayContaining([expect.objectContaining(rule)]) : [rule] },
      });
    }
  });

  test.each([
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
  ])('every %s refuses requests without TLS', (type, policyType, target) => {
    const refusing = all(policyType).filter((policy) => refusesPlainText(policy));
    const protectedIds = refusing.flatMap((policy) => [policy.Properties[target]].flat().map(refOf));

    expect(protectedIds.toSorted()).toEqual(
      all(type)
        .map((resource) => resource.logicalId)
        .toSorted(),
    );
  });

  test('every table is encrypted and costs what is used', () => {
    for (const { logicalId, Properties } of all('AWS::DynamoDB::Table'))
      expect(Properties, logicalId).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      });
  });

  test('every stream, queue and topic is encrypted', () => {
    for (const { logicalId, Properties } of all('AWS::Kinesis::Stream'))
      expect(Properties, logicalId).toMatchObject({ StreamEncryption: { EncryptionType: 'KMS' } });
    for (const { logicalId, Properties } of all('AWS::SQS::Queue'))
      expect(Properties, logicalId).toMatchObject({ SqsManagedSseEnabled: true });
    for (const { logicalId, Properties } of all('AWS::SNS::Topic'))
      expect(Properties, logicalId).toMatchObject({ KmsMasterKeyId: expect.anything() });
  });

  test('every stream consumer reports partial failures, bisects, and gives up into a bucket, whole', () => {
    for (const { logicalId, Properties } of all('AWS::Lambda::EventSourceMapping'))
      expect(Properties, logicalId).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        StartingPosition: 'TRIM_HORIZON',
        DestinationConfig: { OnFailure: { Destination: { 'Fn::ImportValue': expect.stringContaining('Rejected') } } },
      });
  });

  test('every stream consumer tries until records are of an age, and not as long as the stream keeps them', () => {
    const hours = all('AWS::Kinesis::Stream').map((stream) =>
      z.number().parse(stream.Properties['RetentionPeriodHours']),
    );
    for (const { logicalId, Properties } of all('AWS::Lambda::EventSourceMapping')) {
      const limits = z.object({ MaximumRetryAttempts: z.int(), MaximumRecordAgeInSeconds: z.int() }).parse(Properties);
      expect(limits.MaximumRetryAttempts, logicalId).toBe(-1);
      expect(limits.MaximumRecordAgeInSeconds, logicalId).toBeGreaterThanOrEqual(60);
      expect(limits.MaximumRecordAgeInSeconds, logicalId).toBeLessThan(Math.min(...hours) * 3_600);
    }
  });

  test('every search domain is encrypted, by HTTPS only, and lets everybody in from nowhere but the given addresses', () => {
    const domains = resourcesOf(app, 'AWS::OpenSearchService::Domain');
    expect(domains).toHaveLength(settings['search'] === 'true' ? 1 : 0);

    for (const { Properties } of domains) {
      expect(Properties).toMatchObject({
        DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: expect.stringContaining('TLS-1-2') },
        NodeToNodeEncryptionOptions: { Enabled: true },
        EncryptionAtRestOptions: { Enabled: true },
      });
      const { Statement } = PolicyDocument.parse(Properties['AccessPolicies']);
      const open = Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('*'));
      expect(Statement.length).toBeGreaterThan(open.length);
      expect(open.map(({ Condition }) => Condition)).toEqual(
        'searchAllowedAddresses' in settings ? [{ IpAddress: { 'aws:SourceIp': ['203.0.113.7/32'] } }] : [],
      );
      expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  test('every function runs Node 24 on ARM and writes to a log group that forgets', () => {
    const forgetting = all('AWS::Logs::LogGroup').filter((group) => Number(group.Properties['RetentionInDays']) > 0);
    const functions = all('AWS::Lambda::Function').filter((fn) => !isMadeByCdk(fn));
    expect(functions).not.toEqual([]);

    for (const { logicalId, Properties } of functions) {
      expect(Properties, logicalId).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      const logging = z.object({ LogGroup: z.unknown() }).parse(Properties['LoggingConfig']);
      expect(
        forgetting.map((group) => group.logicalId),
        logicalId,
      ).toContain(refOf(logging.LogGroup));
    }
  });

  test('every schedule is exact, in UTC, retried a bounded number of times, and keeps the runs that failed', () => {
    for (const { logicalId, Properties } of all('AWS::Scheduler::Schedule'))
      expect(Properties, logicalId).toMatchObject({
        ScheduleExpression: expect.stringMatching(/^cron\(/),
        ScheduleExpressionTimezone: 'Etc/UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          DeadLetterConfig: { Arn: expect.anything() },
          RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 },
        },
      });
  });

  test('no policy of a role allows every action of a service', () => {
    const actions = [...all('AWS::IAM::Policy'), ...all('AWS::IAM::Role')].flatMap(allowedActions);

    expect(actions).toContain('kinesis:GetRecords');
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('every alarm tells the topic and names its heading in the runbook', () => {
    for (const { logicalId, Properties } of all('AWS::CloudWatch::Alarm')) {
      expect(Properties['AlarmActions'], logicalId).toHaveLength(1);
      const alarm = z.object({ AlarmName: z.string(), AlarmDescription: z.string() }).parse(Properties);
      const heading = alarm.AlarmName.replace(/^Groundswell-trends-/, '');
      expect(heading).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(alarm.AlarmDescription).toMatch(new RegExp(`[^.]\\. See docs/runbook\\.md#${heading}$`));
    }
  });

  test.each(STATEFUL)(
    'every %s is kept when the settings say retain, and goes with its stack when they do not',
    (type) => {
      const isKept = settings['removal'] !== 'destroy' && settings['target'] !== 'local';
      const policy = isKept ? 'Retain' : 'Delete';

      expect(each(type, ({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy])).toEqual(
        same(type, [policy, policy]),
      );
    },
  );

  test('every table is protected and restorable when the settings say retain', () => {
    const isKept = settings['removal'] !== 'destroy' && settings['target'] !== 'local';

    for (const { logicalId, Properties } of all('AWS::DynamoDB::Table'))
      expect(Properties, logicalId).toMatchObject({
        DeletionProtectionEnabled: isKept,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: isKept },
      });
  });
});

const PolicyDocument = z.object({
  Statement: z.array(
    z.looseObject({
      Effect: z.string(),
      Action: z.union([z.string(), z.array(z.string())]),
      Principal: z.unknown().optional(),
      Condition: z.unknown().optional(),
    }),
  ),
});

function refusesPlainText({ Properties }: FoundResource): boolean {
  const { Statement } = PolicyDocument.parse(Properties['PolicyDocument']);
  return Statement.some(
    ({ Effect, Condition }) =>
      Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );
}

function allowedActions({ Properties }: FoundResource): string[] {
  const inline = z.array(z.object({ PolicyDocument })).default([]).parse(Properties['Policies']);
  const own = Properties['PolicyDocument'];
  const documents = [...inline.map((policy) => policy.PolicyDocument), ...(own ? [PolicyDocument.parse(own)] : [])];
  return documents
    .flatMap(({ Statement }) => Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action);
}

function refOf(value: unknown): string {
  return z.object({ Ref: z.string() }).parse(value).Ref;
}

/** CDK's own function empties buckets before their stack goes; its settings are CDK's. */
function isMadeByCdk({ logicalId }: FoundResource): boolean {
  return logicalId.startsWith('CustomS3AutoDeleteObjects');
}
