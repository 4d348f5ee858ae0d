import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { SetupError } from '../../deployment/command-line.ts';
import { serviceUser, type ServiceUser } from './service-user.ts';

const run = promisify(execFile);

/** https://docs.opensearch.org/latest/install-and-configure/install-opensearch/index/#java-compatibility */
const LEAST_MAJOR = 21;

const REMEDY =
  'install one (https://adoptium.net; macOS: `brew install openjdk`; Ubuntu, Debian 13: `sudo apt install openjdk-21-jdk-headless`)';

/** A JDK that can run OpenSearch. */
export interface Jdk {
  readonly home: string;
  readonly java: string;
  /** For messages, as in `25.0.1`. */
  readonly version: string;
}

export interface JdkSearch {
  readonly environment: NodeJS.ProcessEnv;
  /** Where installers put JDKs, each in a folder of its own or in its `Contents/Home`. */
  readonly folders: readonly string[];
  /** Who will run it. */
  readonly user: ServiceUser | undefined;
}

/**
 * The first JDK 21 or newer: of JAVA_HOME, of PATH, of the usual folders, there the newest first. A full one, with `jar`:
 * a runtime alone may lack parts without which no index can be made.
 * @throws SetupError that says what there is and what to install
 */
export async function findJdk(search: JdkSearch = usualSearch()): Promise<Jdk> {
  const jdks = (await findJavas(search)).filter(({ home }) => existsSync(join(home, 'bin', 'jar')));
  const serving = jdks.find(({ version }) => major(version) >= LEAST_MAJOR);
  if (serving !== undefined) return serving;
  const present = jdks.map(({ version, home }) => `${version} in ${home}`).join(', ');
  const what = present === '' ? 'there is none here' : `there is only ${present}`;
  throw new SetupError(`OpenSearch needs a full JDK ${LEAST_MAJOR} or newer, and ${what}: ${REMEDY}.`);
}

/** All that start, full or not, in the order in which they are taken. */
export async function findJavas(search: JdkSearch): Promise<Jdk[]> {
  const homes = await candidates(search);
  const found = await Promise.all(homes.map((home) => probe(home, search.user)));
  return found.filter((jdk) => jdk !== undefined);
}

/** Where Java is on most machines, for one who runs it. */
export function usualSearch(user: ServiceUser | undefined = serviceUser()): JdkSearch {
  const { env } = process;
  const home = env['HOME'] ?? '';
  const folders = [
    '/usr/lib/jvm',
    '/Library/Java/JavaVirtualMachines',
    '/opt/homebrew/opt',
    '/usr/local/opt',
    '/opt/java',
    ...(home === '' ? [] : [join(home, '.sdkman/candidates/java'), join(home, '.jdks')]),
  ];
  return { environment: env, folders, user };
}

async function candidates({ environment, folders }: JdkSearch): Promise<string[]> {
  const { JAVA_HOME = '', PATH = '' } = environment;
  const inPath = PATH.split(delimiter).map((folder) => join(folder, 'java'));
  const ofPath = await Promise.all(inPath.filter((path) => existsSync(path)).map(homeOf));
  const homes = [
    ...(JAVA_HOME === '' ? [] : [JAVA_HOME]),
    ...ofPath,
    ...(await macHome()),
    ...(await inFolders(folders)),
  ];
  const present = homes.filter((home) => existsSync(join(home, 'bin', 'java')));
  return [...new Set(await Promise.all(present.map((home) => realpath(home))))];
}

// PATH names a link, sometimes to another link.
async function homeOf(java: string): Promise<string> {
  return dirname(dirname(await realpath(java)));
}

async function inFolders(folders: readonly string[]): Promise<string[]> {
  const homes = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      const newestFirst = names.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
      return newestFirst.flatMap((name) =>
        ['', 'Contents/Home', 'libexec/openjdk.jdk/Contents/Home'].map((inner) => join(folder, name, inner)),
      );
    }),
  );
  return homes.flat();
}

async function macHome(): Promise<string[]> {
  if (process.platform !== 'darwin') return [];
  const { stdout } = await run('/usr/libexec/java_home', ['-v', `${LEAST_MAJOR}+`]).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' ? [] : [stdout.trim()];
}

async function probe(home: string, user: ServiceUser | undefined): Promise<Jdk | undefined> {
  const java = join(home, 'bin', 'java');
  try {
    // As the one who will run it: a JDK in root's home is none for `nobody`.
    const { stderr, stdout } = await run(java, ['-version'], { cwd: '/', timeout: 10_000, ...user });
    const version = /version "([^"]+)"/.exec(stderr + stdout)?.[1];
    return version === undefined ? undefined : { home, java, version };
  } catch {
    return undefined;
  }
}

function major(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}
