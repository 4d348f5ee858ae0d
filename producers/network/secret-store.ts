import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

import { SetupError } from '../../deployment/command-line.ts';
import type { SecretStore } from './credentials.ts';

const ValuesSchema = z.record(z.string(), z.string());

/** A secret of Secrets Manager that holds a JSON object of texts. */
export function secretStore(client: SecretsManagerClient, secretId: string): SecretStore {
  return {
    async read() {
      const command = new GetSecretValueCommand({ SecretId: secretId });
      const { SecretString = '' } = await client.send(command).catch(unusable(secretId, 'read'));
      try {
        return ValuesSchema.parse(JSON.parse(SecretString));
      } catch {
        // Without the cause, which would quote the secret.
        throw new SetupError(`The secret ${secretId} is not a JSON object of texts: put it right in Secrets Manager.`);
      }
    },
    async write(values) {
      const command = new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(values) });
      await client.send(command).catch(unusable(secretId, 'written'));
    },
  };
}

/** Without the cause, whose request holds the secret. */
function unusable(secretId: string, how: string) {
  return (error: unknown): never => {
    const name = error instanceof Error ? error.name : 'unknown';
    throw new SetupError(`The secret ${secretId} cannot be ${how} (${name}): look at its rights in Secrets Manager.`);
  };
}
