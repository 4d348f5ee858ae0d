import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import * as z from 'zod';

import { SetupError } from '../../deployment/command-line.ts';
import { type Report, withProgress } from '../progress.ts';
import type { Jdk } from './jdk.ts';
import { findMaven } from './maven.ts';
import { makeEnterable, type ServiceUser } from './service-user.ts';

const run = promisify(execFile);

/** Of the server that runs locally, and of the image. */
export const OPENSEARCH_VERSION = '3.7.0';

const NAME = `opensearch-${OPENSEARCH_VERSION}`;
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const ARTIFACT = `org.opensearch.distribution.integ-test-zip:opensearch:${OPENSEARCH_VERSION}:zip`;
// None is published for this file: it is that of the file that these tests were written with.
const SHA256 = 'c5c8eb3828a2aead77e9d3bb9d280f54c4de190b0b67f0e412c38663627f1b06';
const ABANDONED_MS = 60 * 60 * 1000;

export interface DistributionOptions {
  /** Per user; may be deleted at any time. */
  readonly folder: string;
  readonly jdk: Jdk;
  readonly user: ServiceUser | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the file must be. @default - the pinned digest */
  readonly sha256?: string;
}

/**
 * OpenSearch, fetched on first use, once per user and version.
 * @returns its folder
 * @throws SetupError if Maven is missing or fails, or brings another file than the one that was pinned
 */
export async function ensureDistribution(options: DistributionOptions): Promise<string> {
  const { folder, report } = options;
  if (hasDistribution(folder)) return join(folder, NAME);
  return withProgress(`Fetching OpenSearch ${OPENSEARCH_VERSION} (160 MB) into ${folder}`, publish(options), report);
}

/** Whether it is there already. */
export function hasDistribution(folder: string): boolean {
  // It gets its name when it is complete, but what removes old files may have been here since.
  return ['lib', 'modules', join('agent', 'opensearch-agent.jar')].every((part) =>
    existsSync(join(folder, NAME, part)),
  );
}

/** Made under a name of its own and renamed in one step: of two that fetch at once, the second finds the first's. */
async function publish(options: DistributionOptions): Promise<string> {
  const { folder, user } = options;
  await makeEnterable(folder, user);
  await removeAbandoned(folder);
  const draft = join(folder, `${NAME}-${randomUUID().slice(0, 8)}`);
  try {
    await putInPlace(await unpack(await download(draft, options), options), folder);
    return join(folder, NAME);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function download(draft: string, options: DistributionOptions): Promise<string> {
  const { environment = process.env, jdk, signal, sha256 = SHA256 } = options;
  const maven = await findMaven(environment);
  const args = ['-B', '-q', '-ntp', PLUGIN, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${draft}`];
  // A repository of its own: Maven's usual one would keep another 160 MB, and two Mavens may not write there at once.
  const repository = `-Dmaven.repo.local=${join(draft, 'maven')}`;
  await mkdir(draft);
  const env = { ...environment, JAVA_HOME: jdk.home };
  try {
    await run(maven, [...args, repository], { cwd: draft, env, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SetupError(
      `OpenSearch could not be fetched by Maven (${complaint(error)}): is the network there? Then run the command again.`,
      { cause: error },
    );
  }
  const file = join(draft, `${NAME}.zip`);
  const found = await digest(file);
  if (found === sha256) return file;
  throw new SetupError(
    `What Maven fetched is not the OpenSearch ${OPENSEARCH_VERSION} that this project knows (sha256 ${found}): look at the repositories that Maven's settings name.`,
  );
}

async function unpack(file: string, { jdk, user, signal }: DistributionOptions): Promise<string> {
  const cwd = join(file, '..');
  await run(join(jdk.home, 'bin', 'jar'), ['xf', file], { cwd, ...(signal === undefined ? {} : { signal }) });
  const folder = join(cwd, NAME);
  // Whatever root's umask has made of it.
  if (user !== undefined) await run('chmod', ['-R', 'a+rX', folder]);
  return folder;
}

// Renaming fails where a folder is: that of another who was faster, or one that lacks parts and makes way.
async function putInPlace(unpacked: string, folder: string): Promise<void> {
  const wanted = join(folder, NAME);
  try {
    await rename(unpacked, wanted);
  } catch {
    if (hasDistribution(folder)) return;
    await rename(wanted, `${unpacked}-broken`);
    await rename(unpacked, wanted);
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!new RegExp(`^${NAME}-[0-9a-f]{8}$`).test(name)) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch(() => undefined);
  return hash.digest('hex');
}

// Maven complains on stdout.
function complaint(error: unknown): string {
  const { data } = z.object({ stdout: z.string(), stderr: z.string() }).safeParse(error);
  const lines = `${data?.stdout ?? ''}\n${data?.stderr ?? ''}`.split('\n');
  return lines.find((line) => line.includes('ERROR'))?.replace(/^.*\[ERROR\] /, '') ?? String(error);
}
