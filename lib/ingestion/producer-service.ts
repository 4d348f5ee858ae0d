import { Duration, Validations } from 'aws-cdk-lib';
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { Permission } from '../constructs/stage-function.ts';
import { producerImage } from './producer-image.ts';
import { ProducerNetwork } from './producer-network.ts';

/** The smallest task of Fargate. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const CPU_UNITS = 256;
/** Each network remembers 50,000 posts: measured, three take 470 MB with Node, and seven 620. */
const MEMORY_MIB = { few: 512, many: 1_024 } as const;
const FEW = 2;
/** Of the memory, what Node may fill with objects: it takes more besides. */
const HEAP_SHARE = 0.625;
/** How long a producer may take to send what it has read. */
const STOP_TIMEOUT = Duration.seconds(60);

export interface ProducerServiceProps {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string>>;
}

/** One task that reads the networks of the settings, always on: where it ends, ECS starts it again; never two at once. */
export class ProducerService extends Construct {
  readonly logGroup: LogGroup;
  private readonly task: FargateTaskDefinition;

  constructor(scope: Construct, id: string, { config, environment }: ProducerServiceProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    this.task = this.addTask(config, environment);
    this.addService();
  }

  /** Lets the producers do something. */
  allow({ actions, resources }: Omit<Permission, 'wildcardReason'>): void {
    this.task.addToTaskRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  private addTask(config: Config, environment: Readonly<Record<string, string>>): FargateTaskDefinition {
    const memoryMib = config.producers.length <= FEW ? MEMORY_MIB.few : MEMORY_MIB.many;
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: CPU_UNITS,
      memoryLimitMiB: memoryMib,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    task.addContainer('producers', {
      image: ContainerImage.fromDockerImageAsset(producerImage(this, 'Image')),
      command: commandFor(config),
      environment: { ...environment, NODE_OPTIONS: `--max-old-space-size=${HEAP_SHARE * memoryMib}` },
      user: 'node',
      readonlyRootFilesystem: true,
      stopTimeout: STOP_TIMEOUT,
      // A log that is slow must not hold the producers up.
      logging: LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: 'producers',
        mode: AwsLogDriverMode.NON_BLOCKING,
      }),
    });
    Validations.of(task).acknowledge(
      { id: 'AwsSolutions-ECS2', reason: 'The environment names a table; credentials are read from their secrets' },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken, which pulling the image begins with, knows no resources',
      },
    );
    return task;
  }

  private addService(): void {
    const { vpc, securityGroup } = new ProducerNetwork(this, 'Network');
    const cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.DISABLED });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason: 'One task is watched by an alarm for each network; Container Insights would cost as much as it does',
    });
    new FargateService(this, 'Service', {
      cluster: cluster as ICluster,
      taskDefinition: this.task,
      desiredCount: 1,
      assignPublicIp: true,
      securityGroups: [securityGroup],
      // The old task ends before the new one starts: two would read, and pay for, the same posts twice.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      circuitBreaker: { enable: true, rollback: true },
    });
  }
}

function commandFor({ producers, preset }: Config): string[] {
  const options = ['--sources', producers.join(','), '--preset', preset.name, '--target', 'aws'];
  // As JSON it says every minute what it has sent, which the alarms look at.
  return ['node', 'producers/main.ts', 'all', ...options, '--json', '--always'];
}
