import { join } from 'node:path';

import type { Report } from './progress.ts';
import { findPython } from './python.ts';
import { ensureEnvironment, hasEnvironment, type VirtualEnvironment } from './virtual-environment.ts';

const MINISTACK: VirtualEnvironment = {
  name: 'ministack',
  requirements: join(import.meta.dirname, 'requirements.txt'),
  module: 'ministack',
  what: 'the AWS emulator (MiniStack)',
  findPython: () => findPython(),
};

/**
 * The Python with MiniStack, installed on first use.
 * @returns path of the interpreter
 * @throws SetupError if there is no usable Python, or pip fails
 */
export function ensureMinistack(cacheFolder: string, report?: Report): Promise<string> {
  return ensureEnvironment(MINISTACK, cacheFolder, report);
}

/** Whether MiniStack is installed; what `doctor` shows. */
export function hasMinistack(cacheFolder: string): Promise<boolean> {
  return hasEnvironment(MINISTACK, cacheFolder);
}
