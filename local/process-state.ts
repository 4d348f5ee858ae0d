import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type * as z from 'zod';

import { isProgramRunning } from '../deployment/target.ts';

/** What every state names: a process, and a part of its command line, since a pid alone may be another's by now. */
interface NamedProcess {
  readonly pid: number;
  readonly program: string;
}

/** The file in a state folder that remembers a process in the background. */
export interface ProcessState<T extends NamedProcess> {
  /** @returns nothing if there is no file, or one that is damaged; the process may have died since */
  readonly read: (stateFolder: string) => T | undefined;
  /** Replaces the file in one step, so that a reader never sees half of it. */
  readonly write: (stateFolder: string, state: T) => Promise<void>;
  /** Removes the file. */
  readonly forget: (stateFolder: string) => Promise<void>;
  /** What `read` says, if that very process is there. */
  readonly running: (stateFolder: string) => T | undefined;
}

/** @param file its name in every state folder */
export function processState<T extends NamedProcess>(file: string, schema: z.ZodType<T>): ProcessState<T> {
  const read = (stateFolder: string): T | undefined => {
    try {
      return schema.parse(JSON.parse(readFileSync(join(stateFolder, file), 'utf8')));
    } catch {
      return undefined;
    }
  };
  return {
    read,
    async write(stateFolder, state) {
      await mkdir(stateFolder, { recursive: true });
      const draft = join(stateFolder, `${file}.${process.pid}`);
      await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
      await rename(draft, join(stateFolder, file));
    },
    async forget(stateFolder) {
      await rm(join(stateFolder, file), { force: true });
    },
    running(stateFolder) {
      const state = read(stateFolder);
      return state !== undefined && isProgramRunning(state.pid, state.program) ? state : undefined;
    },
  };
}

/** Whether a folder may be removed with all that is in it: a damaged state must not name a person's own. */
export function isOwnFolder(path: string, prefix: string): boolean {
  return isAbsolute(path) && basename(path).startsWith(prefix);
}
