import { dirname, join } from 'node:path';

/** The checkout. */
export const REPO_ROOT = dirname(import.meta.dirname);

/** What `synthesize` builds, by target and preset. */
export function cloudAssemblyFolder(stateFolder: string, cdkTarget: string, preset: string): string {
  return join(stateFolder, 'cdk.out', cdkTarget, preset);
}

/** What the emulator, and some of the functions in it, say. */
export function emulatorLog(stateFolder: string): string {
  return join(stateFolder, 'emulator.log');
}

/** What the generator that `npm start` runs says. */
export function generatorLog(stateFolder: string): string {
  return join(stateFolder, 'generator.log');
}

/** What the search server says. */
export function searchLog(stateFolder: string): string {
  return join(stateFolder, 'search.log');
}
