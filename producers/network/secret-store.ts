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
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      try {
        return ValuesSchema.parse(JSON.parse(SecretString));
      } catch {
        // Without the cause, which would quote the secret.
        throw new SetupError(`The secret ${secretId} is not a JSON object of texts: put it right in Secrets Manager.`);
      }
    },
    async write(values) {
      await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(values) }));
    },
  };
}
