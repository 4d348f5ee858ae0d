import { join } from 'node:path';

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

import type { Source as NetworkName } from '../../core/sources.ts';
import { readIngestion } from '../../deployment/read-outputs.ts';
import { clientConfig, STATE_FOLDER, type Target } from '../../deployment/target.ts';
import { documentClient } from '../../storage/aws-clients.ts';
import { FILE_EVERY_MS } from '../checkpoint.ts';
import type { SecretStore } from './credentials.ts';
import type { StateStore } from './network.ts';
import { secretStore } from './secret-store.ts';
import { fileStateStore, tableStateStore } from './state-store.ts';

/** Every write costs money: at this pace 16 US cents a month for each busy network. */
const TABLE_EVERY_MS = 10_000;

/** What a producer remembers, and where its credentials may be. */
export interface Stores {
  readonly state: StateStore;
  readonly secret: SecretStore | undefined;
  /** How often a cursor may be kept there, in milliseconds. */
  readonly everyMs: number;
}

export interface StoresOptions {
  readonly name: NetworkName;
  readonly preset: string;
  /** Undefined where no deployed app is touched. */
  readonly target: Target | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens them: files of this checkout (or below PRODUCER_STATE_FOLDER), or, in a container that loses its files, the
 * table that PRODUCER_STATE_TABLE names; and the secret of the network, where the app was deployed with its producer.
 */
export async function openStores({ name, preset, target, environment }: StoresOptions): Promise<Stores> {
  const folder = environment['PRODUCER_STATE_FOLDER'] ?? join(STATE_FOLDER, 'producers');
  const files = fileStateStore(join(folder, name));
  if (target === undefined) return { state: files, secret: undefined, everyMs: FILE_EVERY_MS };
  const config = clientConfig(target);
  const { ProducerSecretNames } = await readIngestion(target, preset);
  const secretName = ProducerSecretNames[name];
  const tableName = environment['PRODUCER_STATE_TABLE'];
  return {
    everyMs: tableName === undefined ? FILE_EVERY_MS : TABLE_EVERY_MS,
    state: tableName === undefined ? files : scoped(name, tableStateStore(documentClient(config), tableName)),
    secret: secretName === undefined ? undefined : secretStore(new SecretsManagerClient(config), secretName),
  };
}

function scoped(name: NetworkName, store: StateStore): StateStore {
  return { read: (key) => store.read(`${name}/${key}`), write: (key, value) => store.write(`${name}/${key}`, value) };
}
