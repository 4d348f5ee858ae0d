import { chmod, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ENTER_BY_OTHERS = 0o001;

/** Another user than the one who starts a program. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/** OpenSearch refuses to run as root, which then runs it as `nobody`. @returns nothing for anybody else */
export function serviceUser(): ServiceUser | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/** Where programs are kept that the service user runs: the cache of the person, unless that user cannot enter it. */
export async function programFolder(cacheFolder: string, user: ServiceUser | undefined): Promise<string> {
  return user === undefined || (await canEnter(dirname(cacheFolder))) ? cacheFolder : '/var/cache/groundswell';
}

/** Where temporary folders are made that the service user enters. */
export async function temporaryFolder(user: ServiceUser | undefined): Promise<string> {
  return user === undefined || (await canEnter(tmpdir())) ? tmpdir() : '/tmp';
}

/** Makes a folder, and those above it, which the service user enters whatever the umask; those that are there stay. */
export async function makeEnterable(folder: string, user: ServiceUser | undefined): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (user === undefined || first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await chmod(made, 0o755);
}

// What does not exist yet, its maker lets others enter.
async function canEnter(folder: string): Promise<boolean> {
  const mode = await stat(folder).then(
    (found) => found.mode,
    () => ENTER_BY_OTHERS,
  );
  if ((mode & ENTER_BY_OTHERS) === 0) return false;
  return dirname(folder) === folder || canEnter(join(folder, '..'));
}
