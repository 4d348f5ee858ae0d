import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

const EnvironmentSchema = z.object({
  GROUNDSWELL_PORT: z.coerce.number().int().min(1).max(65_535).default(4566),
  XDG_CACHE_HOME: z.string().default(''),
  AWS_ENDPOINT_URL: z.string().default(''),
  PATH: z.string().default(''),
  HOME: z.string().default(homedir()),
  LANG: z.string().default('C.UTF-8'),
  AWS_PROFILE: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
});

/** What the environment of this process says about the local environment. */
export interface LocalSettings {
  /** Port of the emulator. */
  readonly port: number;
  /** Per user, shared by all checkouts; may be deleted at any time. */
  readonly cacheFolder: string;
  /** Another emulator to use instead of ours; empty: none. */
  readonly endpoint: string;
  readonly path: string;
  readonly home: string;
  readonly lang: string;
  /** Whether the environment names AWS credentials. */
  readonly hasCredentialVariables: boolean;
}

/** @throws SetupError if a value is not allowed */
export function readLocalSettings(environment: NodeJS.ProcessEnv = process.env): LocalSettings {
  const { data, error } = EnvironmentSchema.safeParse(environment);
  if (error !== undefined)
    throw new SetupError(
      `GROUNDSWELL_PORT is ${JSON.stringify(environment['GROUNDSWELL_PORT'])}; allowed is a port from 1 to 65535.`,
    );
  const cache = data.XDG_CACHE_HOME === '' ? join(data.HOME, '.cache') : data.XDG_CACHE_HOME;
  return {
    port: data.GROUNDSWELL_PORT,
    cacheFolder: join(cache, 'groundswell'),
    endpoint: data.AWS_ENDPOINT_URL,
    path: data.PATH,
    home: data.HOME,
    lang: data.LANG,
    hasCredentialVariables: data.AWS_PROFILE !== undefined || data.AWS_ACCESS_KEY_ID !== undefined,
  };
}
