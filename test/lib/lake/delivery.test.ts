import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { LAKE_PARTITIONS } from '../../../core/event-fields.ts';
import { LAKE_PREFIXES, dayPrefix, originalsPrefix } from '../../../storage/lake/lake-layout.ts';
import { synthApp, templateOf, type Settings } from '../../support/app.ts';
import { rights, rightsOf } from '../../support/rights-of.ts';

const FIREHOSE = 'AWS::KinesisFirehose::DeliveryStream';
const AT = Date.UTC(2026, 10, 9, 7, 30);

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const READ_STREAM = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
const FIREHOSE_RIGHTS = [
  ...rights(READ_STREAM, ['<EventsStream>']),
  ...rights(
    ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
    ['<DeliveryTransformFunction>', '<DeliveryTransformFunction>:*'],
  ),
  'logs:PutLogEvents <DeliveryStreamLogs>',
  ...rights(
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    [LAKE_PREFIXES.raw, LAKE_PREFIXES.errors, LAKE_PREFIXES.originals, LAKE_PREFIXES.originalErrors].map(
      (prefix) => `<LakeEventsBucket>/${prefix}*`,
    ),
  ),
  ...rights(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], ['<LakeEventsBucket>']),
];

/** What the tests look at of a destination. */
const Destination = z.looseObject({
  Prefix: z.string(),
  ErrorOutputPrefix: z.string(),
  BufferingHints: z.object({ SizeInMBs: z.int(), IntervalInSeconds: z.int() }),
  CompressionFormat: z.string().optional(),
  S3BackupMode: z.string(),
  S3BackupConfiguration: z.looseObject({
    Prefix: z.string(),
    ErrorOutputPrefix: z.string(),
    BufferingHints: z.object({ SizeInMBs: z.int(), IntervalInSeconds: z.int() }),
    CompressionFormat: z.string(),
  }),
});

function lakeOf(settings: Settings = {}) {
  return templateOf(synthApp(settings), 'Lake');
}

/** Where the Firehose of an app writes, and how. */
function destinationOf(settings: Settings = {}): z.infer<typeof Destination> {
  const [stream] = Object.values(lakeOf(settings).findResources(FIREHOSE));
  return Destination.parse(stream?.['Properties'].ExtendedS3DestinationConfiguration);
}

/** A prefix as Firehose fills it in, for an event and an arrival at the same time. */
function filledIn(prefix: string, ms: number): string {
  const [year = '', month = '', day = '', hour = ''] = new Date(ms).toISOString().split(/[-T:]/);
  const parts: Record<string, string> = { year, month, day, yyyy: year, MM: month, dd: day, HH: hour };
  return prefix.replaceAll(/!\{(?:partitionKeyFromLambda|timestamp):(\w+)\}/g, (_, name: string) => parts[name] ?? '?');
}

describe('the Firehose of the lake', () => {
  const lake = lakeOf();
  const destination = destinationOf();

  test('reads the event stream', () => {
    lake.hasResourceProperties(FIREHOSE, {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN: { 'Fn::ImportValue': Match.stringLikeRegexp('Events') } },
    });
  });

  test('writes rows by the day of their event, and records by the hour of their arrival, where they are read', () => {
    expect(filledIn(destination.Prefix, AT)).toBe(dayPrefix(AT, LAKE_PREFIXES.raw));
    expect(filledIn(destination.S3BackupConfiguration.Prefix, AT)).toBe(originalsPrefix(AT));
    expect(destination.Prefix.match(/partitionKeyFromLambda:\w+/g)).toEqual(
      LAKE_PARTITIONS.map((name) => `partitionKeyFromLambda:${name}`),
    );
    expect(destination.S3BackupConfiguration.Prefix).not.toContain('partitionKey');
  });

  test('keeps what it cannot deliver by its day of arrival and by what went wrong', () => {
    const type = 'error=!{firehose:error-output-type}/';
    const { ErrorOutputPrefix, S3BackupConfiguration } = destination;

    expect(filledIn(ErrorOutputPrefix, AT)).toBe(dayPrefix(AT, LAKE_PREFIXES.errors) + type);
    expect(filledIn(S3BackupConfiguration.ErrorOutputPrefix, AT)).toBe(
      dayPrefix(AT, LAKE_PREFIXES.originalErrors) + type,
    );
  });

  test('keeps every record as it came, compressed, every five minutes', () => {
    expect(destination).toMatchObject({
      S3BackupMode: 'Enabled',
      S3BackupConfiguration: { CompressionFormat: 'GZIP', BufferingHints: { IntervalInSeconds: 300 } },
    });
  });

  test('tries to write a day for as long as AWS lets it', () => {
    lake.hasResourceProperties(FIREHOSE, {
      ExtendedS3DestinationConfiguration: {
        DynamicPartitioningConfiguration: { Enabled: true, RetryOptions: { DurationInSeconds: 7_200 } },
      },
    });
  });

  test('has its rows made by transform-lake, of a MiB at most, so that an answer fits', () => {
    const id = Object.keys(
      lake.findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Groundswell trends: transform-lake' },
      }),
    )[0];
    const parameters = {
      LambdaArn: { 'Fn::GetAtt': [id, 'Arn'] },
      BufferSizeInMBs: '1',
      BufferIntervalInSeconds: '60',
      NumberOfRetries: '3',
    };
    for (const [ParameterName, ParameterValue] of Object.entries(parameters))
      lake.hasResourceProperties(FIREHOSE, {
        ExtendedS3DestinationConfiguration: {
          DynamicPartitioningConfiguration: { Enabled: true },
          ProcessingConfiguration: {
            Enabled: true,
            Processors: [{ Type: 'Lambda', Parameters: Match.arrayWith([{ ParameterName, ParameterValue }]) }],
          },
        },
      });
  });

  test.each([
    ['trends', 64, 60],
    ['sentiment', 64, 900],
    ['nba', 64, 60],
  ])('gathers for the preset %s %i MiB or %i seconds', (preset, SizeInMBs, IntervalInSeconds) => {
    expect(destinationOf({ preset }).BufferingHints).toEqual({ SizeInMBs, IntervalInSeconds });
  });

  test('writes compressed lines of JSON, and looks at no table for it', () => {
    expect(destination.CompressionFormat).toBe('GZIP');
    expect(destination['DataFormatConversionConfiguration']).toBeUndefined();
    expect(JSON.stringify(lake.findResources('AWS::IAM::Policy'))).not.toContain('glue:');
  });

  test('has the logs of both its destinations in a group that forgets', () => {
    const [stream] = Object.values(lake.findResources(FIREHOSE));
    const logs = JSON.stringify(stream).match(/"CloudWatchLoggingOptions":\{"Enabled":true/g);

    expect(logs).toHaveLength(2);
    lake.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('may read the stream, ask its function, and write under its prefixes; it can delete nothing', () => {
    expect(rightsOf(lake, 'DeliveryStreamRole')).toEqual(FIREHOSE_RIGHTS.toSorted());
    lake.hasResource(FIREHOSE, { DependsOn: [Match.stringLikeRegexp('RoleRights')] });
  });

  test('takes its role for this account alone', () => {
    lake.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'firehose.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
    });
  });

  test('has a function that may log, and keep aside what is no event, and nothing else', () => {
    expect(rightsOf(lake, 'DeliveryTransform')).toEqual([
      ...rights(LOG, ['<DeliveryTransformLogs>']),
      's3:PutObject <RejectedRecordsBucket>/rejected/*',
    ]);
  });
});

describe('rows as Parquet', () => {
  const settings = { lakeFormat: 'parquet' };
  const lake = lakeOf(settings);

  test('are made of JSON by the table raw, compressed inside and not as a file', () => {
    const raw = Object.keys(lake.findResources('AWS::Glue::Table', { Properties: { TableInput: { Name: 'raw' } } }))[0];

    lake.hasResourceProperties(FIREHOSE, {
      ExtendedS3DestinationConfiguration: {
        CompressionFormat: Match.absent(),
        DataFormatConversionConfiguration: {
          Enabled: true,
          SchemaConfiguration: { DatabaseName: 'groundswell_trends', TableName: { Ref: raw } },
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { BlockSizeBytes: 64 * 1024 * 1024 } } },
        },
      },
    });
  });

  test('need the columns of the table raw, and no right beside it', () => {
    const read = ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'];
    const table = ['glue:catalog', 'glue:database/groundswell_trends', 'glue:table/groundswell_trends/raw'];

    expect(rightsOf(lake, 'DeliveryStreamRole')).toEqual([...rights(read, table), ...FIREHOSE_RIGHTS].toSorted());
  });

  test('are gathered as much as AWS wants for it, whatever the preset says', () => {
    expect(destinationOf({ ...settings, preset: 'sentiment' }).BufferingHints.SizeInMBs).toBe(64);
  });

  test('have an alarm for those that cannot be made', () => {
    lake.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-lake-conversion-failed',
      MetricName: 'FailedConversion.Records',
    });
    lakeOf().resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName: 'FailedConversion.Records' }, 0);
  });

  test('are allowed in Lake Formation where the settings say that it decides, before Firehose begins', () => {
    const granted = lakeOf({ ...settings, lakeFormation: 'true' });

    granted.hasResourceProperties('AWS::LakeFormation::PrincipalPermissions', {
      Permissions: ['DESCRIBE'],
      Principal: {
        DataLakePrincipalIdentifier: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeliveryStreamRole'), 'Arn'] },
      },
      Resource: { Table: { DatabaseName: 'groundswell_trends', Name: 'raw' } },
    });
    granted.hasResource(FIREHOSE, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('Schema')]) });
    lake.resourceCountIs('AWS::LakeFormation::PrincipalPermissions', 0);
  });
});

describe('the delivery on the emulator', () => {
  const local = lakeOf({ target: 'local' });

  test('is a consumer of the stream that takes many records at once, and no Firehose', () => {
    local.resourceCountIs(FIREHOSE, 0);
    local.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 2_000,
      MaximumBatchingWindowInSeconds: 10,
    });
    local.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Groundswell trends: deliver-lake',
      Environment: { Variables: { LAKE_BUCKET_NAME: { Ref: Match.anyValue() }, BATCH_FAILURES: 'throw' } },
    });
  });

  test('may read the stream, write rows and originals, and keep aside what is no event or was given up', () => {
    expect(rightsOf(local, 'DeliveryRecords')).toEqual(
      [
        ...rights(READ_STREAM, ['<EventsStream>']),
        ...rights(LOG, ['<DeliveryRecordsFunctionLogs>']),
        ...rights(
          ['s3:GetObject', 's3:PutObject'],
          [`<LakeEventsBucket>/${LAKE_PREFIXES.raw}*`, `<LakeEventsBucket>/${LAKE_PREFIXES.originals}*`],
        ),
        's3:ListBucket <LakeEventsBucket>',
        's3:ListBucket <RejectedRecordsBucket>',
        ...rights(['s3:PutObject'], ['<RejectedRecordsBucket>/aws/lambda/*', '<RejectedRecordsBucket>/rejected/*']),
      ].toSorted(),
    );
  });

  test('is not there on AWS', () => {
    lakeOf().resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
  });

  test('makes rows with the settings that Firehose does', () => {
    const settingsOf = (settings: Settings): unknown =>
      Object.values(lakeOf({ preset: 'iphone', ...settings }).findResources('AWS::Lambda::Function'))
        .map(({ Properties }) => Properties.Environment?.Variables?.LAKE_SETTINGS)
        .filter((text) => text !== undefined);

    expect(settingsOf({})).toEqual(settingsOf({ target: 'local' }));
    expect(settingsOf({})).toHaveLength(1);
  });
});
