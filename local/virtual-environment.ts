import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

import { SetupError } from '../deployment/command-line.ts';
import { type Report, withProgress } from './progress.ts';
import type { Python } from './python.ts';

const run = promisify(execFile);

const ABANDONED_MS = 60 * 60 * 1000;

/** A virtual environment of Python and what is to be in it. */
export interface VirtualEnvironment {
  /** What its folder is called; lower-case letters. */
  readonly name: string;
  /** Path of the list of all packages with their versions: nothing else is installed. */
  readonly requirements: string;
  /** A module that is there when all is. */
  readonly module: string;
  /** For messages, as in `the AWS emulator (MiniStack)`. */
  readonly what: string;
  readonly findPython: () => Promise<Python>;
}

/**
 * The Python of a virtual environment, installed on first use, once per user and list of requirements.
 * @returns path of the interpreter
 * @throws SetupError if there is no usable Python, or pip fails
 */
export async function ensureEnvironment(
  environment: VirtualEnvironment,
  cacheFolder: string,
  report?: Report,
): Promise<string> {
  const link = await folderOf(environment, cacheFolder);
  if (await isUsable(environment, link)) return interpreterIn(await realpath(link));
  const python = await environment.findPython();
  await mkdir(cacheFolder, { recursive: true });
  await removeAbandoned(environment, cacheFolder);
  const work = publish(environment, link, (folder) => install(environment, python.path, folder));
  return withProgress(`Installing ${environment.what} in ${cacheFolder}`, work, report);
}

/** Whether a virtual environment is installed. */
export async function hasEnvironment(environment: VirtualEnvironment, cacheFolder: string): Promise<boolean> {
  return isUsable(environment, await folderOf(environment, cacheFolder));
}

async function folderOf({ name, requirements }: VirtualEnvironment, cacheFolder: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  return join(cacheFolder, `${name}-${hash.slice(0, 12)}`);
}

/**
 * A virtual environment cannot be moved, so it is built under a name of its own, and a link with the agreed name is made
 * when it is complete. Making a link is atomic: of two that build at once, the second finds it there and uses the first.
 */
async function publish(
  environment: VirtualEnvironment,
  link: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = `${link}-${randomUUID().slice(0, 8)}`;
  try {
    await build(folder);
    // A link that is there by now is another's good one, or the broken one that made us build.
    if (!(await isUsable(environment, link))) {
      await rm(link, { force: true });
      await symlink(folder, link);
      return interpreterIn(folder);
    }
  } catch (error) {
    if (!isExisting(error)) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
  await rm(folder, { recursive: true, force: true });
  return interpreterIn(await realpath(link));
}

async function install({ what, requirements }: VirtualEnvironment, python: string, folder: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  try {
    await run(python, ['-m', 'venv', folder]);
    await run(interpreterIn(folder), [...pip, '-r', requirements]);
  } catch (error) {
    const [first = '', ...rest] = what;
    throw new SetupError(
      `${first.toUpperCase()}${rest.join('')} could not be installed with pip (${lastLine(error)}): is the network there? Then run the command again.`,
      { cause: error },
    );
  }
}

// The interpreter is a link into the system's Python, which may have gone with an upgrade.
async function isUsable({ module }: VirtualEnvironment, link: string): Promise<boolean> {
  if (!existsSync(link)) return false;
  try {
    await run(interpreterIn(link), [
      '-c',
      'import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)',
      module,
    ]);
    return true;
  } catch {
    return false;
  }
}

async function removeAbandoned({ name }: VirtualEnvironment, cacheFolder: string): Promise<void> {
  const isOne = new RegExp(`^${name}-[0-9a-f]{12}-`);
  for (const found of await readdir(cacheFolder)) {
    if (!isOne.test(found)) continue;
    const folder = join(cacheFolder, found);
    const isLinked = (await realpath(folder.replace(/-[^-]*$/, '')).catch(() => '')) === (await realpath(folder));
    if (!isLinked && Date.now() - (await stat(folder)).mtimeMs > ABANDONED_MS)
      await rm(folder, { recursive: true, force: true });
  }
}

function interpreterIn(folder: string): string {
  return join(folder, 'bin', 'python');
}

function isExisting(error: unknown): boolean {
  return z.object({ code: z.literal('EEXIST') }).safeParse(error).success;
}

function lastLine(error: unknown): string {
  const { data } = z.object({ stderr: z.string() }).safeParse(error);
  const lines = (data?.stderr ?? '').trim().split('\n');
  return lines.at(-1) ?? String(error);
}
