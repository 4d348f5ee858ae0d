import { Aws } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnIdentityPool,
  CfnIdentityPoolRoleAttachment,
  FeaturePlan,
  Mfa,
  UserPool,
} from 'aws-cdk-lib/aws-cognito';
import { FederatedPrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CognitoOptions } from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';

export interface DashboardsLoginProps {
  readonly config: Config;
}

/**
 * How people sign in to Dashboards: with an account that somebody made for them, a password and a second factor.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cognito-auth.html
 */
export class DashboardsLogin extends Construct {
  readonly options: CognitoOptions;
  /** Whoever has signed in has this role. */
  readonly peopleRoleArn: string;

  constructor(scope: Construct, id: string, { config }: DashboardsLoginProps) {
    super(scope, id);
    const userPool = this.addUserPool(config);
    // The domain adds itself as the provider of its identities.
    const identityPool = new CfnIdentityPool(this, 'IdentityPool', { allowUnauthenticatedIdentities: false });
    const people = new Role(this, 'People', { assumedBy: signedInBy(identityPool) });
    new CfnIdentityPoolRoleAttachment(this, 'Attachment', {
      identityPoolId: identityPool.ref,
      roles: { authenticated: people.roleArn },
    });
    const role = this.addServiceRole(userPool, identityPool, people);
    this.options = { userPoolId: userPool.userPoolId, identityPoolId: identityPool.ref, role };
    this.peopleRoleArn = people.roleArn;
  }

  private addUserPool(config: Config): UserPool {
    const userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: FeaturePlan.ESSENTIALS,
      removalPolicy: removalPolicy(config),
    });
    // The first part of an address that is one of its kind in the region.
    userPool.addDomain('Page', {
      cognitoDomain: { domainPrefix: `groundswell-${config.preset.name}-${Aws.ACCOUNT_ID}` },
    });
    return userPool;
  }

  /** What the managed policy AmazonOpenSearchServiceCognitoAccess allows, on these two pools and this role alone. */
  private addServiceRole(userPool: UserPool, identityPool: CfnIdentityPool, people: Role): Role {
    const identityPoolArn = `arn:${Aws.PARTITION}:cognito-identity:${Aws.REGION}:${Aws.ACCOUNT_ID}:identitypool/${identityPool.ref}`;
    const statements = [
      new PolicyStatement({ actions: USER_POOL_ACTIONS, resources: [userPool.userPoolArn] }),
      new PolicyStatement({ actions: IDENTITY_POOL_ACTIONS, resources: [identityPoolArn] }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [people.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'cognito-identity.amazonaws.com' } },
      }),
    ];
    return new Role(this, 'ServiceRole', {
      assumedBy: new ServicePrincipal('opensearchservice.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      // Part of the role, so that it is there when the domain is made.
      inlinePolicies: { Pools: new PolicyDocument({ statements }) },
    });
  }
}

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonOpenSearchServiceCognitoAccess.html */
const USER_POOL_ACTIONS = [
  'cognito-idp:AdminInitiateAuth',
  'cognito-idp:AdminUserGlobalSignOut',
  'cognito-idp:CreateUserPoolClient',
  'cognito-idp:DeleteUserPoolClient',
  'cognito-idp:DescribeUserPool',
  'cognito-idp:DescribeUserPoolClient',
  'cognito-idp:ListUserPoolClients',
  'cognito-idp:UpdateUserPoolClient',
];
const IDENTITY_POOL_ACTIONS = [
  'cognito-identity:DescribeIdentityPool',
  'cognito-identity:GetIdentityPoolRoles',
  'cognito-identity:UpdateIdentityPool',
];

function signedInBy(identityPool: CfnIdentityPool): FederatedPrincipal {
  return new FederatedPrincipal(
    'cognito-identity.amazonaws.com',
    {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': identityPool.ref },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
    },
    'sts:AssumeRoleWithWebIdentity',
  );
}
