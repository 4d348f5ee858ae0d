import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

import { removalPolicy, type Config } from '../config.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

export interface AuthorSaltProps {
  readonly config: Config;
}

/** The secret that author ids are hashed with, so that they are counted and not kept. */
export class AuthorSalt extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { config }: AuthorSaltProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'Author ids are hashed with it before they are counted',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: removalPolicy(config),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'With another salt the same author would be counted twice',
    });
    this.secretArn = secret.secretArn;
  }

  /** Lets a function read the salt. */
  grantRead(fn: StageFunction): void {
    fn.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] });
  }
}
