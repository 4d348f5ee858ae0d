import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IRuleRef, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';

export interface RunHistoryProps {
  readonly config: Config;
}

/**
 * Keeps the events of rules in a log group. The target of the CDK does so too, but brings a function that writes the
 * policy.
 */
export class RunHistory extends Construct implements IRuleTarget {
  private readonly group: LogGroup;
  private readonly policy: ResourcePolicy;

  constructor(scope: Construct, id: string, { config }: RunHistoryProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Logs', {
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    this.policy = new ResourcePolicy(this, 'Policy', {
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [this.group.logGroupArn],
        }),
      ],
    });
  }

  bind(rule: IRuleRef): RuleTargetConfig {
    rule.node.addDependency(this.policy);
    return { arn: this.arn };
  }

  /** As a rule names the group; `logGroupArn` ends in `:*`, for its streams. */
  private get arn(): string {
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: this.group.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
