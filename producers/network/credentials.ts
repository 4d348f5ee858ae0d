import { createHash } from 'node:crypto';

import * as z from 'zod';

import { SetupError } from '../../deployment/command-line.ts';
import type { NetworkFacts } from '../../deployment/networks.ts';
import type { Credentials, StateStore } from './network.ts';

/** A secret of Secrets Manager: one JSON object with the credentials of one network. */
export interface SecretStore {
  read(): Promise<Readonly<Record<string, string>>>;
  write(values: Readonly<Record<string, string>>): Promise<void>;
}

export interface CredentialSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @default - there is none */
  readonly secret?: SecretStore | undefined;
  /** Keeps renewed values of the environment, which nobody can write to. */
  readonly state: StateStore;
}

/** What replaced a value of the environment, for as long as that stands there. */
const RenewedSchema = z.record(z.string(), z.object({ replaces: z.string(), value: z.string() }));
const RENEWED = 'renewed-credentials';

/** The facts that say which credentials there are. */
export type CredentialFacts = Pick<NetworkFacts, 'credentials' | 'optionalCredentials'>;

/**
 * The credentials of a network: from the environment, else from its secret.
 * @throws SetupError with `missing` if one that is needed is neither here nor there
 */
export async function openCredentials(
  facts: CredentialFacts,
  sources: CredentialSources,
  missing: (names: readonly string[]) => string,
): Promise<Credentials> {
  const needed = Object.keys(facts.credentials);
  const known = [...needed, ...Object.keys(facts.optionalCredentials ?? {})];
  const given = present(known, sources.environment);
  const isComplete = known.every((name) => Object.hasOwn(given, name));
  const kept = isComplete || sources.secret === undefined ? {} : present(known, await sources.secret.read());
  const values = { ...kept, ...(await withRenewed(given, sources.state)) };
  const absent = needed.filter((name) => !Object.hasOwn(values, name));
  if (absent.length > 0) throw new SetupError(missing(absent));
  return {
    values,
    renew: (name, value) => renew({ ...sources, given, kept }, name, value),
  };
}

/** The credentials that a network needs and the environment has not. */
export function absentCredentials(
  { credentials }: Pick<NetworkFacts, 'credentials'>,
  environment: CredentialSources['environment'],
): string[] {
  const needed = Object.keys(credentials);
  const given = present(needed, environment);
  return needed.filter((name) => !Object.hasOwn(given, name));
}

function present(
  names: readonly string[],
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}

/** Values of the environment that were renewed since they were written there. */
async function withRenewed(given: Record<string, string>, state: StateStore): Promise<Record<string, string>> {
  if (Object.keys(given).length === 0) return given;
  const renewed = RenewedSchema.parse((await state.read(RENEWED)) ?? {});
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const instead = renewed[name];
      return [name, instead?.replaces === digest(value) ? instead.value : value];
    }),
  );
}

async function renew(
  { secret, state, given, kept }: CredentialSources & Record<'given' | 'kept', Readonly<Record<string, string>>>,
  name: string,
  value: string,
): Promise<void> {
  const original = given[name];
  if (original === undefined) return secret?.write({ ...kept, ...(await secret.read()), [name]: value });
  const renewed = RenewedSchema.parse((await state.read(RENEWED)) ?? {});
  await state.write(RENEWED, { ...renewed, [name]: { replaces: digest(original), value } });
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
