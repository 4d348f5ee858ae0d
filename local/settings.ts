import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';

const SEARCH_MODES = ['auto', 'off', 'required'] as const;

const PORT = 'allowed is a port from 1 to 65535';
const PortSchema = z.coerce.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT);

const EnvironmentSchema = z.object({
  GROUNDSWELL_PORT: PortSchema.default(4566),
  GROUNDSWELL_SEARCH_PORT: PortSchema.default(9200),
  GROUNDSWELL_SEARCH: z.enum(SEARCH_MODES, `allowed is ${SEARCH_MODES.join(', ')}`).default('auto'),
  OPENSEARCH_URL: z.string().refine(isPlainAddress, 'allowed is http://HOST:PORT, without a login').default(''),
  XDG_CACHE_HOME: z.string().default(''),
  AWS_ENDPOINT_URL: z.string().default(''),
  PATH: z.string().default(''),
  HOME: z.string().default(homedir()),
  LANG: z.string().default('C.UTF-8'),
  AWS_PROFILE: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
});

/** Where the search server of a laptop comes from. */
export interface LocalSearchSettings {
  /** auto: where there can be one; required: its absence is an error. */
  readonly mode: (typeof SEARCH_MODES)[number];
  /** Port of a server of ours. */
  readonly port: number;
  /** Another server to use instead of ours; empty: none. */
  readonly url: string;
}

/** What the environment of this process says about the local environment. */
export interface LocalSettings {
  /** Port of the emulator. */
  readonly port: number;
  /** Per user, shared by all checkouts; may be deleted at any time. */
  readonly cacheFolder: string;
  /** Another emulator to use instead of ours; empty: none. */
  readonly endpoint: string;
  readonly search: LocalSearchSettings;
  readonly path: string;
  readonly home: string;
  readonly lang: string;
  /** Whether the environment names AWS credentials. */
  readonly hasCredentialVariables: boolean;
}

/** @throws SetupError if a value is not allowed */
export function readLocalSettings(environment: NodeJS.ProcessEnv = process.env): LocalSettings {
  const { data, error } = EnvironmentSchema.safeParse(environment);
  if (error !== undefined) throw new SetupError(error.issues.map((issue) => complaint(issue, environment)).join('\n'));
  const cache = data.XDG_CACHE_HOME === '' ? join(data.HOME, '.cache') : data.XDG_CACHE_HOME;
  return {
    port: data.GROUNDSWELL_PORT,
    cacheFolder: join(cache, 'groundswell'),
    endpoint: data.AWS_ENDPOINT_URL,
    search: {
      mode: data.GROUNDSWELL_SEARCH,
      port: data.GROUNDSWELL_SEARCH_PORT,
      url: data.OPENSEARCH_URL.replace(/\/+$/, ''),
    },
    path: data.PATH,
    home: data.HOME,
    lang: data.LANG,
    hasCredentialVariables: data.AWS_PROFILE !== undefined || data.AWS_ACCESS_KEY_ID !== undefined,
  };
}

function complaint({ path, message }: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  const name = String(path[0]);
  // An address may hold a password, which belongs in no message.
  const value = name === 'OPENSEARCH_URL' ? 'not an address that serves' : JSON.stringify(environment[name]);
  return `${name} is ${value}; ${message}.`;
}

// An address goes into templates and logs.
function isPlainAddress(text: string): boolean {
  if (text === '') return true;
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === ''
  );
}
