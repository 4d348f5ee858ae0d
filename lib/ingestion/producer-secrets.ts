import { CrossStackReferences, ReferenceStrength, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

import type { Source } from '../../core/sources.ts';
import { NETWORKS, type NetworkFacts } from '../../deployment/networks.ts';
import { removalPolicy, type Config } from '../config.ts';
import { asciiJson } from '../constructs/ascii-json.ts';
import type { StageFunction } from '../constructs/stage-function.ts';

export interface ProducerSecretsProps {
  readonly config: Config;
}

/** A secret for each network that is read here and has credentials: a JSON object of texts that a person fills in. */
export class ProducerSecrets extends Construct {
  private readonly secrets: ReadonlyMap<Source, Secret>;

  constructor(scope: Construct, id: string, { config }: ProducerSecretsProps) {
    super(scope, id);
    const names = config.producers.filter((network) => credentialsOf(network).length > 0);
    this.secrets = new Map(names.map((network) => [network, this.addSecret(network, config)]));
  }

  /** The names as the commands read them: `{"twitter": "…"}`, without what has no secret. */
  get namesJson(): string {
    return asciiJson(Object.fromEntries([...this.secrets].map(([network, { secretName }]) => [network, secretName])));
  }

  /** Lets the producers read their credentials, and write what a network gives them in their place. */
  grantRenew(producers: Pick<StageFunction, 'allow'>): void {
    const resources = [...this.secrets.values()].map(({ secretArn }) => secretArn);
    if (resources.length === 0) return;
    producers.allow({ actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resources });
  }

  private addSecret(network: Source, config: Config): Secret {
    const empty = Object.fromEntries(credentialsOf(network).map((name) => [name, '']));
    const secret = new Secret(this, network, {
      description: `Groundswell ${config.preset.name}: credentials for ${NETWORKS[network].title}`,
      // Written again, over what was filled in, only where the names change.
      secretStringValue: SecretValue.unsafePlainText(asciiJson(empty)),
      removalPolicy: removalPolicy(config),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The network gives out these credentials: a person, or the producer that uses them, renews them',
    });
    // A network that is taken out of the list would otherwise keep its secret for the stack that was to lose it.
    CrossStackReferences.of(secret).produce(ReferenceStrength.WEAK);
    return secret;
  }
}

function credentialsOf(network: Source): string[] {
  const { credentials, optionalCredentials = {} }: NetworkFacts = NETWORKS[network];
  return Object.keys({ ...credentials, ...optionalCredentials });
}
