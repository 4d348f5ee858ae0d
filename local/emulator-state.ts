import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import * as z from 'zod';

import { isProgramRunning, RunningEmulatorSchema } from '../deployment/target.ts';

/** How the name of every work folder begins. */
export const WORK_FOLDER_PREFIX = 'groundswell-emulator-';

// All but what is needed to end it may be missing: another version of this project may have written the file.
const EmulatorStateSchema = RunningEmulatorSchema.extend({
  startedAt: z.string().default('some time ago'),
  /** The command that has started it; only that one ends it without being asked. */
  startedBy: z.int().default(0),
  /** Its temporary files; goes when it stops. */
  workFolder: z.string().refine(isWorkFolder).optional(),
  /** What is deployed into this very process: the fingerprint of the sources, by preset. */
  deployments: z.record(z.string(), z.string()).default({}),
});

/** An emulator that this checkout has started in the background. */
export type EmulatorState = Readonly<z.infer<typeof EmulatorStateSchema>>;

/** @returns nothing if there is no file, or one that is damaged; the emulator may have died since */
export function readEmulatorState(stateFolder: string): EmulatorState | undefined {
  try {
    return EmulatorStateSchema.parse(JSON.parse(readFileSync(statePath(stateFolder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export async function writeEmulatorState(stateFolder: string, state: EmulatorState): Promise<void> {
  await mkdir(stateFolder, { recursive: true });
  const draft = `${statePath(stateFolder)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, statePath(stateFolder));
}

/** Removes the file. */
export async function forgetEmulator(stateFolder: string): Promise<void> {
  await rm(statePath(stateFolder), { force: true });
}

/** The emulator of a state folder, if that very process is there. */
export function runningEmulator(stateFolder: string): EmulatorState | undefined {
  const state = readEmulatorState(stateFolder);
  return state !== undefined && isProgramRunning(state.pid, state.program) ? state : undefined;
}

// The folder is removed with all that is in it, so a damaged file must not name another.
function isWorkFolder(path: string): boolean {
  return isAbsolute(path) && basename(path).startsWith(WORK_FOLDER_PREFIX);
}

function statePath(stateFolder: string): string {
  return join(stateFolder, 'emulator.json');
}
