import { Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';

import type { Permission } from './stage-function.ts';
import { wildcardFinding } from './wildcard-finding.ts';

export interface ServiceRoleProps {
  /** Of AWS: `firehose.amazonaws.com`. */
  readonly service: string;
  /**
   * Whether the service names the account that it works for when it takes the role: nobody else's work can take it then.
   * @default false
   */
  readonly namesAccount?: boolean;
}

/** The role in which a service works for us. It may do what is allowed here, and nothing that a construct adds itself. */
export class ServiceRole extends Construct {
  /** To be handed to constructs; what they add to it is passed over. */
  readonly role: IRole;
  readonly roleArn: string;
  private readonly policy: Policy;

  constructor(scope: Construct, id: string, { service, namesAccount = false }: ServiceRoleProps) {
    super(scope, id);
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal(service, namesAccount ? { conditions } : {}),
    });
    this.role = role.withoutPolicyUpdates();
    this.roleArn = role.roleArn;
    this.policy = new Policy(this, 'Rights', { roles: [role] });
  }

  /** What has to be there before the service begins to work. */
  get rights(): IDependable {
    return this.policy;
  }

  /** Lets the service do something, and keeps the reason beside a wildcard. */
  allow({ actions, resources, wildcardReason }: Permission): void {
    this.policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    if (wildcardReason === undefined) return;
    for (const resource of resources)
      Validations.of(this).acknowledge({ id: wildcardFinding(this, resource), reason: wildcardReason });
  }
}
