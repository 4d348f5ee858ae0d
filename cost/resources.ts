import * as z from 'zod';

import { lakeResources, type LakeResources } from './lake-resources.ts';
import { ownMetricsOf } from './own-metrics.ts';
import { SEARCH_NODE_HOURS } from './prices.ts';

/** What of the templates has a price. */
export interface PricedResources extends LakeResources {
  readonly shards: number;
  /** GB of memory of each function, by its folder. */
  readonly functionGb: ReadonlyMap<string, number>;
  readonly hasRecovery: boolean;
  readonly alarms: number;
  /** As if all were emitted all the time, those of failures too. */
  readonly customMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly secrets: number;
  /** Invocations of all schedules in an hour. */
  readonly scheduledPerHour: number;
  /** Tasks of Fargate that are always on, each with a public address. */
  readonly tasks: number;
  /** What all tasks together have. */
  readonly taskCpus: number;
  readonly taskGb: number;
  /** The type of each node of a search domain. */
  readonly searchNodes: readonly string[];
  /** GB of their disks. */
  readonly searchGb: number;
}

/** A resource that the bill does not know. */
export class UnknownResourceError extends Error {
  override readonly name = 'UnknownResourceError';
}

const ResourceSchema = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
export const TemplateSchema = z.object({ Resources: z.record(z.string(), ResourceSchema) });
type Resource = z.infer<typeof ResourceSchema>;

const StreamSchema = z.object({ ShardCount: z.int() });
const FunctionSchema = z.object({
  MemorySize: z.number(),
  Description: z.string(),
});
const ScheduleSchema = z.object({ ScheduleExpression: z.string() });
const TableSchema = z.object({
  BillingMode: z.literal('PAY_PER_REQUEST'),
  PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
});
const ServiceSchema = z.object({
  DesiredCount: z.literal(1),
  NetworkConfiguration: z.object({ AwsvpcConfiguration: z.object({ AssignPublicIp: z.literal('ENABLED') }) }),
});
const TaskSchema = z.object({
  Cpu: z.coerce.number(),
  Memory: z.coerce.number(),
  RuntimePlatform: z.object({ CpuArchitecture: z.literal('ARM64') }),
});
const DomainSchema = z.object({
  ClusterConfig: z.object({
    InstanceType: z.string(),
    InstanceCount: z.int(),
    DedicatedMasterEnabled: z.literal(false),
  }),
  EBSOptions: z.object({ EBSEnabled: z.literal(true), VolumeType: z.literal('gp3'), VolumeSize: z.int() }),
});
/** Events of AWS itself cost nothing. */
const RuleSchema = z.object({ EventPattern: z.object({ source: z.array(z.string().startsWith('aws.')).min(1) }) });
const FilterSchema = z.object({ MetricTransformations: z.array(z.unknown()) });

/** Types whose price is in what is done with them, or that have none. */
const WITHOUT_PRICE = new Set([
  // By the query.
  'AWS::Athena::NamedQuery',
  'AWS::Athena::WorkGroup',
  'AWS::CDK::Metadata',
  // Cents for each person who signs in.
  'AWS::Cognito::IdentityPool',
  'AWS::Cognito::IdentityPoolRoleAttachment',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolDomain',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::Cluster',
  // Off unless asked for; docs/cost.md says what a run takes.
  'AWS::Glue::Crawler',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::Glue::Workflow',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::LakeFormation::PrincipalPermissions',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::LogStream',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  // A message for a failure here and there.
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'Custom::SearchContents',
]);
const PRICED = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::Events::Rule',
  'AWS::Glue::Job',
  'AWS::Glue::Trigger',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Lambda::Function',
  'AWS::Logs::MetricFilter',
  'AWS::OpenSearchService::Domain',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
]);

/**
 * Reads what has a price out of synthesized templates.
 * @throws UnknownResourceError if there is a type that nobody has thought about
 */
export function pricedResources(templates: readonly z.infer<typeof TemplateSchema>[]): PricedResources {
  const resources = templates.flatMap((template) => Object.values(template.Resources));
  const unknown = resources.find(({ Type }) => !WITHOUT_PRICE.has(Type) && !PRICED.has(Type));
  if (unknown !== undefined)
    throw new UnknownResourceError(
      `The bill does not know ${unknown.Type}: add its price to cost/prices.ts and count it in cost/resources.ts.`,
    );
  const of = (type: string): Resource[] => resources.filter(({ Type }) => Type === type);
  const functions = new Map(of('AWS::Lambda::Function').map(functionGb));
  checkRules(of('AWS::Events::Rule'));
  return {
    ...lakeResources(resources),
    shards: sum(of('AWS::Kinesis::Stream').map(({ Properties }) => StreamSchema.parse(Properties).ShardCount)),
    functionGb: functions,
    hasRecovery: of('AWS::DynamoDB::Table').some(
      ({ Properties }) => TableSchema.parse(Properties).PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled,
    ),
    alarms: of('AWS::CloudWatch::Alarm').length,
    customMetrics:
      sum([...functions.keys()].map(ownMetrics)) +
      sum(
        of('AWS::Logs::MetricFilter').map(
          ({ Properties }) => FilterSchema.parse(Properties).MetricTransformations.length,
        ),
      ),
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    keys: of('AWS::KMS::Key').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    scheduledPerHour: sum(
      of('AWS::Scheduler::Schedule').map(({ Properties }) =>
        runsPerHour(ScheduleSchema.parse(Properties).ScheduleExpression),
      ),
    ),
    ...pricedDomains(of('AWS::OpenSearchService::Domain')),
    ...pricedTasks(of('AWS::ECS::Service'), of('AWS::ECS::TaskDefinition')),
  };
}

/** @throws UnknownResourceError for a rule that a price would be paid for */
function checkRules(rules: readonly Resource[]): void {
  if (rules.every(({ Properties }) => RuleSchema.safeParse(Properties).success)) return;
  throw new UnknownResourceError(
    'The bill knows only rules on events of AWS, which are free: count the others in cost/resources.ts.',
  );
}

/** @throws UnknownResourceError for a type of node whose price nobody has looked up */
function pricedDomains(resources: readonly Resource[]) {
  const domains = resources.map(({ Properties }) => DomainSchema.parse(Properties));
  const searchNodes = domains.flatMap(({ ClusterConfig: { InstanceType, InstanceCount } }) =>
    Array.from({ length: InstanceCount }, () => InstanceType),
  );
  const unknown = searchNodes.find((type) => !SEARCH_NODE_HOURS.has(type));
  if (unknown !== undefined)
    throw new UnknownResourceError(`The bill does not know what a ${unknown} costs: add it to cost/prices.ts.`);
  return {
    searchNodes,
    searchGb: sum(domains.map(({ ClusterConfig, EBSOptions }) => ClusterConfig.InstanceCount * EBSOptions.VolumeSize)),
  };
}

/** Each definition of a task is that of one service with one task. */
function pricedTasks(services: readonly Resource[], definitions: readonly Resource[]) {
  const tasks = definitions.map(({ Properties }) => TaskSchema.parse(Properties));
  return {
    tasks: services.map(({ Properties }) => ServiceSchema.parse(Properties)).length,
    taskCpus: sum(tasks.map(({ Cpu }) => Cpu / 1_024)),
    taskGb: sum(tasks.map(({ Memory }) => Memory / 1_024)),
  };
}

/** The description of a function is `Groundswell <preset>: <folder>`. */
function functionGb({ Properties }: Resource): [string, number] {
  const { MemorySize, Description } = FunctionSchema.parse(Properties);
  return [Description.slice(Description.indexOf(': ') + 2), MemorySize / 1_024];
}

/** @throws UnknownResourceError for a function that nobody has thought about */
function ownMetrics(folder: string): number {
  const metrics = ownMetricsOf(folder);
  if (metrics !== undefined) return metrics.length;
  throw new UnknownResourceError(`The bill does not know the metrics of ${folder}: add them to cost/own-metrics.ts.`);
}

/** Of `cron(<minutes> * * * ? *)`: every minute, every n-th, or one. @throws UnknownResourceError for another form */
function runsPerHour(expression: string): number {
  const [, minutes = ''] = /^cron\((\S+) \* \* \* \? \*\)$/.exec(expression) ?? [];
  if (minutes === '*') return 60;
  const [, step] = /^\d+\/(\d+)$/.exec(minutes) ?? [];
  if (step !== undefined) return 60 / Number(step);
  if (/^\d+$/.test(minutes)) return 1;
  throw new UnknownResourceError(`The bill does not know the schedule ${expression}: count it in cost/resources.ts.`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
