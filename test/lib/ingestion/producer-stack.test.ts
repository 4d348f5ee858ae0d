import type { App } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { SOURCES } from '../../../core/sources.ts';
import { NETWORKS } from '../../../deployment/networks.ts';
import { resourcesOf, synthApp, templateOf, type Settings } from '../../support/app.ts';
import { alarmNamesOf, policiesOf } from '../../support/stage.ts';

function producers(settings: Settings = {}): Template {
  return templateOf(synthApp({ producers: 'twitter,bluesky', ...settings }), 'Producers');
}

/** What the app holds of a type, with the setting. */
function found(app: App, type: string): object[] {
  return resourcesOf(app, type).map(({ Properties }) => Properties);
}

describe('without the setting', () => {
  const app = synthApp();

  test('there is no stack of producers', () => {
    expect(() => templateOf(app, 'Producers')).toThrow('there is no stage Producers');
  });

  test.each(['AWS::ECS::Service', 'AWS::EC2::VPC', 'AWS::Logs::MetricFilter', 'AWS::ECS::Cluster'])(
    'there is no %s',
    (type) => {
      expect(found(app, type)).toEqual([]);
    },
  );

  test('there is no secret but the salt, no alarm, and nothing is told to commands', () => {
    expect(found(app, 'AWS::SecretsManager::Secret')).toHaveLength(1);
    expect(JSON.stringify(found(app, 'AWS::CloudWatch::Alarm'))).not.toContain('ingestion-producer');
    templateOf(app, 'Ingestion').hasOutput('ProducerSecretNames', { Value: '{}' });
  });
});

describe('the producers that are always on', () => {
  test('are one task of the smallest size on ARM, and never two at once', () => {
    const template = producers();

    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '256',
      Memory: '512',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: 1,
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'DISABLED',
      DeploymentConfiguration: {
        MinimumHealthyPercent: 0,
        MaximumPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test.each([
    ['bluesky,twitter', '512', 320],
    ['bluesky,twitter,hackernews', '1024', 640],
    [SOURCES.join(','), '1024', 640],
  ])('for %s have %s MiB, and room in it for more than objects', (networks, Memory, heapMib) => {
    const template = producers({ producers: networks });

    template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '256', Memory });
    expect(containersOf(template)[0]?.Environment).toContainEqual({
      Name: 'NODE_OPTIONS',
      Value: `--max-old-space-size=${heapMib}`,
    });
  });

  test('read the networks of the settings for the preset, as nobody special, on a file system they cannot write', () => {
    producers({ preset: 'nba', producers: 'hackernews,twitter' }).hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({
          Command: [
            'node',
            'producers/main.ts',
            'all',
            '--sources',
            'twitter,hackernews',
            '--preset',
            'nba',
            '--target',
            'aws',
            '--json',
            '--always',
          ],
          User: 'node',
          ReadonlyRootFilesystem: true,
          StopTimeout: 60,
        }),
      ],
    });
  });

  test.each([
    ['no contact', {}, []],
    ['the contact of the settings', { producerContact: 'me@example.org' }, ['PRODUCER_CONTACT']],
  ])('are told their table, how much memory there is, and %s', (_, settings, more) => {
    const template = producers(settings);
    const [table] = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    const [container] = containersOf(template);

    expect(container?.Environment.map(({ Name }) => Name).toSorted()).toEqual(
      ['NODE_OPTIONS', 'PRODUCER_STATE_TABLE', ...more].toSorted(),
    );
    expect(container?.Environment).toContainEqual({ Name: 'PRODUCER_STATE_TABLE', Value: { Ref: table } });
  });

  test('remember things in a table that is as well kept as all others', () => {
    producers().hasResource('AWS::DynamoDB::Table', {
      Properties: {
        KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
      DeletionPolicy: 'Retain',
    });
    producers({ removal: 'destroy' }).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  test('keep their log as long as the settings say', () => {
    producers({ logRetentionDays: '7' }).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('may do exactly what they need', () => {
    const [permissions = []] = policiesOf(producers(), 'ProducersTaskTaskRole');
    const resourcesFor = (action: string): string =>
      permissions.find(({ actions }) => actions.includes(action))?.resources ?? '';

    expect(permissions.flatMap(({ actions }) => actions).toSorted()).toEqual([
      'cloudformation:DescribeStacks',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'kinesis:ListShards',
      'kinesis:PutRecords',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
    ]);
    expect(resourcesFor('kinesis:PutRecords')).toMatch(/^\{"Fn::ImportValue":"[^"]*EventsStream[^"]*"\}$/);
    expect(resourcesFor('cloudformation:DescribeStacks')).toContain(':stack/Groundswell-trends-Ingestion/*');
    expect(resourcesFor('secretsmanager:PutSecretValue')).toContain('ProducerSecretstwitter');
  });

  test('may read no secret where no network has one', () => {
    const [permissions = []] = policiesOf(producers({ producers: 'bluesky' }), 'ProducersTaskTaskRole');

    expect(permissions.flatMap(({ actions }) => actions)).not.toContain('secretsmanager:GetSecretValue');
  });
});

describe('where the producers run', () => {
  test('is a network without NAT, that has nothing but public subnets', () => {
    const template = producers();

    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::InternetGateway', 1);
    const subnets = Object.keys(template.findResources('AWS::EC2::Subnet'));
    expect(subnets).toHaveLength(2);
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: { AssignPublicIp: 'ENABLED', Subnets: subnets.map((Ref) => ({ Ref })) },
      },
    });
  });

  test('lets nobody in, and only what is encrypted out', () => {
    const template = producers();

    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
    template.allResourcesProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
    });
  });

  test('needs no function of the CDK', () => {
    producers().resourceCountIs('AWS::Lambda::Function', 0);
  });
});

describe('the alarms', () => {
  test.each(SOURCES)('of %s rings when nothing was sent for as long as the network is never silent', (network) => {
    const template = producers({ producers: network });
    const MetricName = `trends-producer-${network}-sent`;

    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: `{ $.source = "${network}" }`,
      MetricTransformations: [{ MetricName, MetricNamespace: 'Groundswell', MetricValue: '$.sent' }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `Groundswell-trends-ingestion-producer-${network}-silent`,
      Namespace: 'Groundswell',
      MetricName,
      Statistic: 'Sum',
      Period: NETWORKS[network].silentMinutes * 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  test('are one for each network that is chosen', () => {
    expect(alarmNamesOf(producers())).toEqual([
      'Groundswell-trends-ingestion-producer-bluesky-silent',
      'Groundswell-trends-ingestion-producer-twitter-silent',
    ]);
  });

  test('stand on the dashboard, beside what was sent', () => {
    const dashboard = JSON.stringify(templateOf(synthApp({ producers: 'bluesky' }), 'Dashboard').toJSON());

    expect(dashboard).toContain('Sent by always-on producers');
    expect(dashboard).toContain('ingestion-producer-bluesky-silent');
  });
});

const ContainerSchema = z.object({
  Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })),
});

function containersOf(template: Template): z.infer<typeof ContainerSchema>[] {
  const tasks = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  return tasks.flatMap((task) => z.array(ContainerSchema).parse(task['Properties'].ContainerDefinitions));
}
