import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Stats, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

import type { Source } from '../../core/sources.ts';
import { NETWORKS } from '../../deployment/networks.ts';
import { stackName } from '../../deployment/outputs.ts';
import type { Config } from '../config.ts';
import { addTable } from '../constructs/add-table.ts';
import type { AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import type { EventStream } from './event-stream.ts';
import type { ProducerSecrets } from './producer-secrets.ts';
import { ProducerService } from './producer-service.ts';

export interface ProducerStackProps {
  readonly config: Config;
  readonly alarms: AlarmTopic;
  readonly stream: EventStream;
  readonly secrets: ProducerSecrets;
}

/**
 * The part of the ingestion stage that is there only where the settings name networks: their producers, always on. A
 * stack of its own, because a producer finds the stream by the outputs of the ingestion stack, which has none before it
 * is complete.
 */
export class ProducerStack extends Stack {
  readonly panels: readonly Panel[];

  constructor(scope: Construct, id: string, { config, alarms, stream, secrets }: ProducerStackProps) {
    super(scope, id, { description: `Groundswell ${config.preset.name}: producers` });
    const table = addTable(this, 'state', { config, partitionKey: 'name' });
    const service = new ProducerService(this, 'Producers', {
      config,
      environment: {
        PRODUCER_STATE_TABLE: table.tableName,
        ...(config.producerContact !== undefined && { PRODUCER_CONTACT: config.producerContact }),
      },
    });
    stream.grantWrite(service);
    service.allow({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [table.tableArn] });
    secrets.grantRenew(service);
    this.grantOutputs(service, config);
    const sent = config.producers.map((network) => this.watch(network, service, { config, alarms }));
    this.panels = [{ title: 'Sent by always-on producers', metrics: sent }];
  }

  /** Commands find what they use by the outputs of the ingestion stack. */
  private grantOutputs(service: ProducerService, { preset }: Config): void {
    const arn = (partition: string, region: string, account: string): string =>
      `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName(preset.name, 'Ingestion')}/*`;
    service.allow({
      actions: ['cloudformation:DescribeStacks'],
      resources: [arn(Aws.PARTITION, Aws.REGION, Aws.ACCOUNT_ID)],
    });
    Validations.of(service).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arn('<AWS::Partition>', '<AWS::Region>', '<AWS::AccountId>')}]`,
      reason: 'The id behind the name of a stack is another each time the stack is made',
    });
  }

  /** Adds the alarm of a network; returns how many events its producer has sent. */
  private watch(
    network: Source,
    { logGroup }: ProducerService,
    { config, alarms }: Pick<ProducerStackProps, 'config' | 'alarms'>,
  ): Metric {
    const { title, silentMinutes } = NETWORKS[network];
    const filter = new MetricFilter(this, `Sent-${network}`, {
      logGroup,
      // A line of `producers/main.ts all`, which it writes for each network once a minute.
      filterPattern: FilterPattern.stringValue('$.source', '=', network),
      metricNamespace: 'Groundswell',
      metricName: `${config.preset.name}-producer-${network}-sent`,
      metricValue: '$.sent',
    });
    alarms.addAlarm(this, `ingestion-producer-${network}-silent`, {
      metric: filter.metric({ statistic: Stats.SUM, period: Duration.minutes(silentMinutes) }),
      isBelow: true,
      meaning: `The producer of ${title} has sent nothing for ${Duration.minutes(silentMinutes).toHumanString()}`,
    });
    return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5), label: network });
  }
}
