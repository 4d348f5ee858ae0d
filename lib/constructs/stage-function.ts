import { Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats, Unit, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
  type FunctionOptions,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { AlarmRule, AlarmTopic } from '../observability/alarm-topic.ts';
import type { Panel } from '../observability/panel.ts';
import { bundledCode } from './bundled-code.ts';
import { checkEnvironmentSize } from './environment-size.ts';
import { wildcardFinding } from './wildcard-finding.ts';

const NAMESPACE = 'Groundswell';
const PERIOD = Duration.minutes(5);

/** What every function of a stage is given, however it is invoked. */
export interface StageFunctionProps {
  readonly config: Config;
  /** The stage in lower case: the first word of its alarms. */
  readonly stage: string;
  /** The folder in `lambdas/` that holds its handler.ts. */
  readonly name: string;
  readonly alarms: AlarmTopic;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Texts that lie beside its code, by their name: what is too long for its environment.
   * @default - none
   */
  readonly files?: Readonly<Record<string, string>>;
  /** After this an invocation is ended. */
  readonly timeout: Duration;
  /**
   * Memory, and with it CPU, in MiB.
   * @default 1024
   */
  readonly memoryMib?: number;
  /**
   * How many invocations may run at once, where a sink needs protection.
   * @default - as many as the account allows
   */
  readonly reservedConcurrency?: number;
}

/** A permission of a function. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /**
   * Why a resource has to end in a wildcard.
   * @default - none does
   */
  readonly wildcardReason?: string;
}

/** A function of `lambdas/`: Node 24 on ARM, bundled as ESM, with a role and a log group of its own. */
export class StageFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly timeout: Duration;
  /** Whom a policy of something else names. */
  readonly roleArn: string;
  private readonly props: StageFunctionProps;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    this.props = props;
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.config.logRetentionDays,
      removalPolicy: removalPolicy(props.config),
    });
    // The role that CDK would make carries a managed policy: all log groups of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.fn = new LambdaFunction(this, 'Function', {
      ...functionOptions(props),
      code: bundledCode(props.name, props.files),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      logGroup,
      // What Lambda itself says, too: every line is one JSON object.
      loggingFormat: LoggingFormat.JSON,
      role,
    });
    this.roleArn = role.roleArn;
    logGroup.grantWrite(role);
    if (props.config.tracing) this.acknowledgeTracing();
  }

  /** Lets the function do something, and keeps the reason beside a wildcard. */
  allow({ actions, resources, wildcardReason }: Permission): void {
    this.fn.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    if (wildcardReason === undefined) return;
    for (const resource of resources)
      Validations.of(this).acknowledge({ id: wildcardFinding(this, resource), reason: wildcardReason });
  }

  /** Adds the alarm `<stage>-<function>-<condition>`. */
  addAlarm(condition: string, rule: AlarmRule): void {
    const { alarms, stage, name } = this.props;
    alarms.addAlarm(this, `${stage}-${name}-${condition}`, rule);
  }

  /** Adds the alarms that every function has: an invocation failed, or could not begin. */
  addFailureAlarms(rule: Pick<AlarmRule, 'periods' | 'badPeriods'>): void {
    const { name } = this.props;
    this.addAlarm('errors', { ...rule, metric: this.fn.metricErrors({ period: PERIOD }), meaning: `${name} fails` });
    this.addAlarm('throttles', {
      ...rule,
      metric: this.fn.metricThrottles({ period: PERIOD }),
      meaning: `${name} is held back by the concurrency limit`,
    });
  }

  /** A metric that the function emits itself; a count, and its sum in five minutes, unless told otherwise. */
  ownMetric(metricName: string, { dimensionsMap, ...options }: MetricOptions = {}): Metric {
    return new Metric({
      namespace: NAMESPACE,
      metricName,
      statistic: Stats.SUM,
      period: PERIOD,
      unit: Unit.COUNT,
      ...options,
      dimensionsMap: { service: serviceName(this.props), ...dimensionsMap },
    });
  }

  /** How it does with its batches; it reports those that are tried again as FailedBatches. */
  get batchPanels(): Panel[] {
    const failures = [this.fn.metricErrors({ period: PERIOD }), this.fn.metricThrottles({ period: PERIOD })];
    const duration = this.fn.metricDuration({ period: PERIOD, statistic: Stats.MAXIMUM });
    return [
      { title: 'Failures', metrics: [...failures, this.ownMetric('FailedBatches')] },
      { title: 'Duration (ms)', metrics: [duration] },
    ];
  }

  /** Its folder in `lambdas/`. */
  get functionName(): string {
    return this.props.name;
  }

  private acknowledgeTracing(): void {
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources that the right to send traces could be limited to',
    });
  }
}

function functionOptions(props: StageFunctionProps): FunctionOptions {
  const environment = {
    ...props.environment,
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_SERVICE_NAME: serviceName(props),
    POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
  };
  checkEnvironmentSize(props.name, environment);
  return {
    description: `Groundswell ${props.config.preset.name}: ${props.name}`,
    environment,
    timeout: props.timeout,
    memorySize: props.memoryMib ?? 1_024,
    tracing: props.config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
  };
}

/** Two presets live in one account: the service of logs and metrics names both the preset and the function. */
function serviceName({ config, name }: StageFunctionProps): string {
  return `${config.preset.name}-${name}`;
}
