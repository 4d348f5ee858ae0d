import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { SetupError } from '../../deployment/command-line.ts';
import { type Report, withProgress } from '../progress.ts';
import { ensureDistribution, hasDistribution, OPENSEARCH_VERSION } from './distribution.ts';
import { findJdk, type Jdk } from './jdk.ts';
import { findMaven } from './maven.ts';
import { COMMON_SETTINGS, javaArguments, prepareFolder, type ServerConfig } from './server-files.ts';
import { programFolder, serviceUser, type ServiceUser } from './service-user.ts';

const run = promisify(execFile);

/** https://hub.docker.com/r/opensearchproject/opensearch */
export const OPENSEARCH_IMAGE = `opensearchproject/opensearch:${OPENSEARCH_VERSION}`;

const ENGINE_LIMIT_MS = 5_000;

/** What can run OpenSearch on this machine. */
export type SearchProgram =
  | { readonly kind: 'docker' }
  | { readonly kind: 'java'; readonly jdk: Jdk; readonly folder: string; readonly user: ServiceUser | undefined };

export type ProgramKind = SearchProgram['kind'];

/** The better tried first. */
const PROGRAM_KINDS: readonly ProgramKind[] = ['java', 'docker'];

/** How a server is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user: ServiceUser | undefined;
  readonly clusterName: string;
}

export interface PrepareOptions {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What this machine has: a JDK with OpenSearch fetched, or Maven to fetch it; else a running Docker engine.
 * @param cacheFolder of the person
 * @param kinds the first that is there is taken
 * @throws SetupError that says what is missing, for a JDK if that would do
 */
export async function findSearchProgram(
  cacheFolder: string,
  kinds: readonly ProgramKind[] = PROGRAM_KINDS,
): Promise<SearchProgram> {
  let missing: unknown = new SetupError('there is no other program that runs OpenSearch here.');
  for (const kind of kinds) {
    try {
      return await (kind === 'java' ? findJava(cacheFolder) : findDocker());
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      if (kind === 'java' || !kinds.includes('java')) missing = error;
    }
  }
  throw missing;
}

async function findJava(cacheFolder: string): Promise<SearchProgram> {
  const user = serviceUser();
  const folder = await programFolder(cacheFolder, user);
  const jdk = await findJdk();
  if (!hasDistribution(folder)) await findMaven();
  return { kind: 'java', jdk, folder, user };
}

/** Fetches what is still missing, and writes what the server reads. @throws SetupError if that fails */
export async function prepareLaunch(
  program: SearchProgram,
  config: ServerConfig,
  options: PrepareOptions,
): Promise<Launch> {
  // It says of an answer that it comes from this very server.
  const clusterName = basename(config.folder);
  if (program.kind === 'docker') return dockerLaunch(config, clusterName, options);
  const { jdk, user, folder } = program;
  const { report, signal } = options;
  const home = await ensureDistribution({ jdk, user, folder, report, signal });
  await prepareFolder(config, clusterName, user);
  const env = { LANG: 'C.UTF-8', HOME: config.folder, PATH: join(jdk.home, 'bin') };
  return { command: jdk.java, args: javaArguments(home, config), cwd: home, env, user, clusterName };
}

/** Removes what outlives its process. @param folder of the server */
export async function removeContainer(kind: ProgramKind, folder: string): Promise<void> {
  if (kind === 'docker') await run('docker', ['rm', '--force', basename(folder)]).catch(() => undefined);
}

/** Removes what the server has kept outside its folder. */
export async function removeVolume(kind: ProgramKind, folder: string): Promise<void> {
  if (kind === 'docker') await run('docker', ['volume', 'rm', '--force', basename(folder)]).catch(() => undefined);
}

/** The client stays in front, so that a container is ended and watched as a process is. */
async function dockerLaunch(config: ServerConfig, clusterName: string, options: PrepareOptions): Promise<Launch> {
  await mkdir(config.folder, { recursive: true });
  await pullImage(options);
  const settings = { ...COMMON_SETTINGS, 'cluster.name': clusterName, ...config.settings };
  const variables = {
    DISABLE_SECURITY_PLUGIN: 'true',
    DISABLE_INSTALL_DEMO_CONFIG: 'true',
    OPENSEARCH_JAVA_OPTS: `-Xms${config.memoryMib}m -Xmx${config.memoryMib}m`,
    ...settings,
  };
  const fixed = ['run', '--rm', '--name', clusterName, '--publish', `127.0.0.1:${config.port}:9200`];
  const volume = ['--volume', `${clusterName}:/usr/share/opensearch/data`];
  const env = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const args = [...fixed, ...volume, ...env, OPENSEARCH_IMAGE];
  return { command: 'docker', args, cwd: config.folder, env: process.env, user: undefined, clusterName };
}

async function pullImage({ report, signal }: PrepareOptions): Promise<void> {
  const isThere = await run('docker', ['image', 'inspect', OPENSEARCH_IMAGE]).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const pull = run('docker', ['pull', '--quiet', OPENSEARCH_IMAGE], signal === undefined ? {} : { signal });
  await withProgress(`Fetching the image ${OPENSEARCH_IMAGE}`, pull, report).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new SetupError(`The image ${OPENSEARCH_IMAGE} could not be fetched by Docker: is the network there?`, {
      cause: error,
    });
  });
}

async function findDocker(): Promise<SearchProgram> {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: ENGINE_LIMIT_MS });
    return { kind: 'docker' };
  } catch (error) {
    throw new SetupError('no Docker engine runs: start one.', { cause: error });
  }
}
