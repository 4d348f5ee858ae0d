import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { LAKE_PREFIXES } from '../../../storage/lake/lake-layout.ts';
import { synthApp, templateOf, type Settings } from '../../support/app.ts';
import { rights, rightsOf } from '../../support/rights-of.ts';

function lakeOf(settings: Settings = {}): Template {
  return templateOf(synthApp(settings), 'Lake');
}

const LOG = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const BUCKET = '<LakeEventsBucket>';

describe('the dedupe job', () => {
  const lake = lakeOf();

  test('runs on the version of Spark that it is tested with, spare capacity, and the least of workers', () => {
    lake.hasResourceProperties('AWS::Glue::Job', {
      GlueVersion: '5.1',
      ExecutionClass: 'FLEX',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      Timeout: 120,
      ExecutionProperty: { MaxConcurrentRuns: 1 },
    });
    lake.hasOutput('DedupeJobName', { Value: { Ref: Match.stringLikeRegexp('^DedupeJob') } });
  });

  test('is told its bucket and columns, relies on no bookmark, and takes no metrics that cost', () => {
    const [job] = Object.values(lake.findResources('AWS::Glue::Job'));
    const given = job?.['Properties'].DefaultArguments;

    expect(given).toMatchObject({ '--job-bookmark-option': 'job-bookmark-disable' });
    expect(given).not.toHaveProperty('--enable-metrics');
    expect(given).not.toHaveProperty('--enable-observability-metrics');
    expect(given['--lake']['Fn::Join'][1]).toEqual(['s3://', { Ref: expect.stringMatching(/^LakeEvents/) }]);
    expect(JSON.stringify(given['--extra-files'])).toContain(`/${given['--columns']}"`);
    expect(given['--columns']).toMatch(/^[0-9a-f]+\.json$/);
    expect(JSON.stringify(given['--extra-py-files'])).toMatch(/\.zip"/);
  });

  test('reads observations, and writes posts, what it needs on the way, and lines that are no rows; nothing else', () => {
    const { raw, posts, staging, dedupeState, errors } = LAKE_PREFIXES;
    const under = (...prefixes: string[]): string[] => prefixes.map((prefix) => `${BUCKET}/${prefix}*`);

    expect(rightsOf(lake, 'DedupeJobRole')).toEqual(
      [
        ...rights(LOG, ['<DedupeJobErrors>', '<DedupeJobOutput>']),
        ...rights(['s3:GetBucketLocation', 's3:ListBucket'], [BUCKET]),
        ...rights(['s3:GetObject'], ['<asset>.json', '<asset>.py', '<asset>.zip']),
        ...rights(['s3:GetObject'], under(raw, posts, staging, dedupeState)),
        ...rights(['s3:AbortMultipartUpload', 's3:PutObject'], under(posts, staging, dedupeState, errors)),
        ...rights(['s3:DeleteObject'], under(staging)),
      ].toSorted(),
    );
  });

  test('writes to log groups that are there, and forget', () => {
    const [job] = Object.values(lake.findResources('AWS::Glue::Job'));
    const given = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
    const [, prefix] = given.parse(job?.['Properties'].DefaultArguments['--custom-logGroup-prefix'])['Fn::Join'];

    for (const name of ['output', 'error'])
      lake.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: { 'Fn::Join': ['', [...prefix, `/${name}`]] },
        RetentionInDays: 30,
      });
  });

  test('is not there on the emulator, which has no Spark', () => {
    const local = lakeOf({ target: 'local' });

    for (const type of ['Job', 'Trigger', 'Workflow']) local.resourceCountIs(`AWS::Glue::${type}`, 0);
    local.hasOutput('DedupeJobName', { Value: '' });
  });
});

describe('the workflow of the job', () => {
  test.each([
    ['24', 'cron(17 3 * * ? *)'],
    ['6', 'cron(17 0/6 * * ? *)'],
    ['1', 'cron(17 0/1 * * ? *)'],
  ])('starts it every %s hours: %s', (lakeDedupeHours, Schedule) => {
    const lake = lakeOf({ lakeDedupeHours });

    lake.resourceCountIs('AWS::Glue::Trigger', 1);
    lake.hasResourceProperties('AWS::Glue::Trigger', {
      Type: 'SCHEDULED',
      Schedule,
      StartOnCreation: true,
      Actions: [{ JobName: { Ref: Match.stringLikeRegexp('^DedupeJob') } }],
    });
  });

  test('starts it on demand only, where the settings give no hours; then nobody misses it', () => {
    const lake = lakeOf({ lakeDedupeHours: '0' });

    lake.hasResourceProperties('AWS::Glue::Trigger', { Type: 'ON_DEMAND' });
    lake.resourcePropertiesCountIs(
      'AWS::CloudWatch::Alarm',
      { AlarmName: 'Groundswell-trends-lake-dedupe-silence' },
      0,
    );
  });

  test('tells people when a run failed, and when none has succeeded twice in a row', () => {
    const lake = lakeOf({ lakeDedupeHours: '6' });
    const rule = (alarm: string): unknown =>
      Object.values(lake.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName: alarm } }))[0]?.[
        'Properties'
      ].Dimensions[0].Value.Ref;
    const states = (alarm: string): unknown =>
      lake.findResources('AWS::Events::Rule')[String(rule(alarm))]?.['Properties'].EventPattern.detail.state;

    expect(states('Groundswell-trends-lake-dedupe-failed')).toEqual(['FAILED', 'TIMEOUT', 'ERROR']);
    expect(states('Groundswell-trends-lake-dedupe-silence')).toEqual(['SUCCEEDED']);
    lake.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'Groundswell-trends-lake-dedupe-silence',
      Period: 6 * 3_600,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
    });
  });
});

describe('the runs of the job', () => {
  const lake = lakeOf();
  const [group = ''] = Object.keys(lake.findResources('AWS::Logs::LogGroup')).filter((id) => id.includes('History'));
  const Policy = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

  test('are kept in a log group by both rules, which need a target to be counted by', () => {
    const rules = Object.values(lake.findResources('AWS::Events::Rule'));

    expect(rules).toHaveLength(2);
    for (const { Properties, DependsOn } of rules) {
      expect(JSON.stringify(Properties.Targets)).toContain(`:log-group:",{"Ref":"${group}"}]]`);
      expect(DependsOn).toEqual([expect.stringContaining('HistoryPolicy')]);
    }
    lake.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 } });
  });

  test('may be written there by the rules', () => {
    const [policy] = Object.values(lake.findResources('AWS::Logs::ResourcePolicy'));
    const [, parts] = Policy.parse(policy?.['Properties'].PolicyDocument)['Fn::Join'];

    expect(JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'ARN')).join(''))).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: 'ARN',
        },
      ],
    });
    expect(parts).toContainEqual({ 'Fn::GetAtt': [group, 'Arn'] });
  });
});

describe('the crawler', () => {
  const lake = lakeOf({ lakeCrawler: 'true' });

  test('is not there unless it is asked for', () => {
    lakeOf().resourceCountIs('AWS::Glue::Crawler', 0);
  });

  test('looks through new days of posts after each run that succeeded, and leaves their table alone', () => {
    lake.hasResourceProperties('AWS::Glue::Crawler', {
      TablePrefix: 'crawled_',
      Targets: { S3Targets: [{ Path: { 'Fn::Join': ['', ['s3://', Match.anyValue(), `/${LAKE_PREFIXES.posts}`]] } }] },
      RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' },
      SchemaChangePolicy: { DeleteBehavior: 'LOG', UpdateBehavior: 'LOG' },
    });
    lake.hasResourceProperties('AWS::Glue::Trigger', {
      Type: 'CONDITIONAL',
      StartOnCreation: true,
      Actions: [{ CrawlerName: { Ref: Match.stringLikeRegexp('Crawler') } }],
      Predicate: { Conditions: [Match.objectLike({ State: 'SUCCEEDED', JobName: Match.anyValue() })] },
    });
  });

  test('may read posts and look after its table, and delete nothing', () => {
    const things = ['Partition', 'Table'];
    const tables = ['glue:catalog', 'glue:database/groundswell_trends', 'glue:table/groundswell_trends/crawled_posts'];
    const actions = [
      ...things.flatMap((thing) => [`Create${thing}`, `Get${thing}`, `Get${thing}s`, `Update${thing}`]),
      'BatchCreatePartition',
      'BatchGetPartition',
      'GetDatabase',
    ];

    expect(rightsOf(lake, 'DedupeCrawlerRole')).toEqual(
      [
        ...rights(
          actions.map((action) => `glue:${action}`),
          tables,
        ),
        ...rights(LOG, ['logs:log-group:/aws-glue/crawlers:*']),
        ...rights(['s3:GetBucketLocation', 's3:ListBucket'], [BUCKET]),
        `s3:GetObject ${BUCKET}/${LAKE_PREFIXES.posts}*`,
      ].toSorted(),
    );
  });

  test('may make its table in Lake Formation where the settings say that it decides', () => {
    lakeOf({ lakeCrawler: 'true', lakeFormation: 'true' }).hasResourceProperties(
      'AWS::LakeFormation::PrincipalPermissions',
      { Permissions: ['CREATE_TABLE', 'DESCRIBE'], Resource: { Database: { Name: 'groundswell_trends' } } },
    );
  });
});
