import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

import type { Config } from '../config.ts';

export interface AlarmTopicProps {
  readonly config: Config;
}

/** When an alarm rings. */
export interface AlarmRule {
  readonly metric: IMetric;
  /** What has happened, for the one who is woken: one sentence without a full stop. */
  readonly meaning: string;
  /**
   * Rings at this value and above.
   * @default 1
   */
  readonly threshold?: number;
  /**
   * Rings below the threshold instead; a silent metric counts as below it, unless told otherwise.
   * @default false
   */
  readonly isBelow?: boolean;
  /**
   * Whether silence is good even so: of a share, which has no value where there is nothing to share.
   * @default false
   */
  readonly isSilenceGood?: boolean;
  /**
   * How many periods are looked at.
   * @default 1
   */
  readonly periods?: number;
  /**
   * How many of these periods must be bad.
   * @default - all of them
   */
  readonly badPeriods?: number;
  /**
   * Whether it only shows, on the dashboard, and tells nobody.
   * @default false
   */
  readonly isQuiet?: boolean;
}

/** Where alarms go: an encrypted topic, and the e-mail address of the settings if there is one. */
export class AlarmTopic extends Construct {
  private readonly action: SnsAction;
  private readonly preset: string;
  private readonly added: string[] = [];

  constructor(scope: Construct, id: string, { config }: AlarmTopicProps) {
    super(scope, id);
    // The AWS-managed key of SNS does not let CloudWatch publish: the topic needs a key of its own.
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alarms of Groundswell',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    // Not bound to the account: AWS does not say that the request of an alarm to KMS names it, and the topic's is bound.
    key.grant(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey*');
    if (config.alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(config.alarmEmail));
    this.action = new SnsAction(topic);
    this.preset = config.preset.name;
  }

  /**
   * Adds an alarm that tells this topic.
   * @param heading `<stage>-<what>-<condition>` in lower case: the heading in docs/runbook.md, and the end of the
   * alarm's name. The name is given because a person reads it in a mail at night.
   */
  addAlarm(
    scope: Construct,
    heading: string,
    { metric, meaning, isBelow = false, isSilenceGood = !isBelow, isQuiet = false, ...rule }: AlarmRule,
  ): void {
    const periods = rule.periods ?? 1;
    const alarmName = `Groundswell-${this.preset}-${heading}`;
    const alarm = new Alarm(scope, `Alarm-${heading}`, {
      alarmName,
      alarmDescription: `${meaning}. See docs/runbook.md#${heading}`,
      metric,
      actionsEnabled: !isQuiet,
      threshold: rule.threshold ?? 1,
      evaluationPeriods: periods,
      datapointsToAlarm: rule.badPeriods ?? periods,
      comparisonOperator: isBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: isSilenceGood ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(this.action);
    this.added.push(alarmName);
  }

  /** The names of all alarms that were added so far, in that order. */
  get names(): readonly string[] {
    return this.added;
  }
}
