import { Duration, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import { Stats, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { removalPolicy } from '../config.ts';
import { StageFunction, type StageFunctionProps } from './stage-function.ts';

const RETRY_ATTEMPTS = 2;
const PERIOD = Duration.minutes(5);
const MAX_EVENT_AGE = Duration.minutes(10);

export interface ScheduledFunctionProps extends StageFunctionProps {
  /** When it runs, as six cron fields in UTC; not a rate, so that it runs on whole minutes. */
  readonly cron: string;
  /** How long no run at all is no reason to worry. */
  readonly maxSilence: Duration;
}

/**
 * A function that runs on a clock; the only way to do so. Its input is `{"scheduled_time": "<ISO 8601>"}`. A run that
 * fails is tried again, and then kept in a queue; its alarms tell of failures, and of silence.
 */
export class ScheduledFunction extends Construct {
  readonly fn: StageFunction;
  /** Runs that failed for good and wait in the queue. */
  readonly failedRunsMetric: Metric;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    const failedRuns = this.addQueue(props);
    this.fn = new StageFunction(this, 'Function', props);
    this.fn.fn.configureAsyncInvoke({
      retryAttempts: RETRY_ATTEMPTS,
      maxEventAge: MAX_EVENT_AGE,
      onFailure: new SqsDestination(failedRuns),
    });
    this.failedRunsMetric = failedRuns.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: PERIOD,
    });
    this.addSchedule(props, failedRuns);
    this.addAlarms(props);
  }

  private addQueue({ config }: ScheduledFunctionProps): Queue {
    const queue = new Queue(this, 'FailedRuns', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicy(config),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue itself, of the schedule and of the function',
    });
    return queue;
  }

  private addSchedule({ cron }: ScheduledFunctionProps, failedRuns: Queue): void {
    const role = this.addSchedulerRole(failedRuns);
    const schedule = new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.expression(`cron(${cron})`, TimeZone.ETC_UTC),
      timeWindow: TimeWindow.off(),
      target: new LambdaInvoke(this.fn.fn, {
        input: ScheduleTargetInput.fromObject({ scheduled_time: ContextAttribute.scheduledTime }),
        retryAttempts: RETRY_ATTEMPTS,
        maxEventAge: MAX_EVENT_AGE,
        deadLetterQueue: failedRuns,
        // The target would add the right to invoke every version of the function.
        role: role.withoutPolicyUpdates(),
      }),
    });
    schedule.node.addDependency(role);
  }

  private addSchedulerRole(failedRuns: Queue): Role {
    const scheduler = new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    const role = new Role(this, 'SchedulerRole', { assumedBy: scheduler });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.fn.fn.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failedRuns.queueArn] }));
    return role;
  }

  private addAlarms({ name, maxSilence }: ScheduledFunctionProps): void {
    // Two of three periods: a run that fails once is made up for by the next one.
    this.fn.addFailureAlarms({ periods: 3, badPeriods: 2 });
    this.fn.addAlarm('failed-runs', {
      metric: this.failedRunsMetric,
      meaning: `A run of ${name} failed each time it was tried`,
    });
    this.fn.addAlarm('silence', {
      metric: this.fn.fn.metricInvocations({ statistic: Stats.SUM, period: maxSilence }),
      isBelow: true,
      meaning: `${name} has not run for ${maxSilence.toHumanString()}`,
    });
  }
}
