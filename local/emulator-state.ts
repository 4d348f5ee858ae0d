import * as z from 'zod';

import { RunningEmulatorSchema } from '../deployment/target.ts';
import { isOwnFolder, processState } from './process-state.ts';

/** How the name of every work folder begins. */
export const WORK_FOLDER_PREFIX = 'groundswell-emulator-';

// All but what is needed to end it may be missing: another version of this project may have written the file.
const EmulatorStateSchema = RunningEmulatorSchema.extend({
  startedAt: z.string().default('some time ago'),
  /** The command that has started it; only that one ends it without being asked. */
  startedBy: z.int().default(0),
  /** Its temporary files; goes when it stops. */
  workFolder: z
    .string()
    .refine((path) => isOwnFolder(path, WORK_FOLDER_PREFIX))
    .optional(),
  /** What is deployed into this very process: the fingerprint of the sources, by preset. */
  deployments: z.record(z.string(), z.string()).default({}),
});

/** An emulator that this checkout has started in the background. */
export type EmulatorState = Readonly<z.infer<typeof EmulatorStateSchema>>;

const file = processState<EmulatorState>('emulator.json', EmulatorStateSchema);

/** @returns nothing if there is no file, or one that is damaged; the emulator may have died since */
export const readEmulatorState = file.read;

/** Replaces the file in one step, so that a reader never sees half of it. */
export const writeEmulatorState = file.write;

/** Removes the file. */
export const forgetEmulator = file.forget;

/** The emulator of a state folder, if that very process is there. */
export const runningEmulator = file.running;
