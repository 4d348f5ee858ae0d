import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { isProgramRunning } from './target.ts';
import { SetupError } from './command-line.ts';

/**
 * Lets one command at a time change what runs in a state folder.
 * @param what for the message to the second one
 * @returns to be disposed of when the work is done; a lock of a process that has died does not count
 * @throws SetupError if another command holds it
 */
export function holdLock(stateFolder: string, what: string): Disposable {
  const path = join(stateFolder, 'lock');
  mkdirSync(stateFolder, { recursive: true });
  if (!tryToTake(path)) {
    const [holder = '', program = ''] = readFileSync(path, 'utf8').split(' ');
    if (program !== '' && isProgramRunning(Number(holder), program))
      throw new SetupError(
        `Another ${what} (process ${holder}) is under way here: wait until it is done, then run this again.`,
      );
    rmSync(path, { force: true });
    if (!tryToTake(path)) throw new SetupError(`Another ${what} has just begun here: wait until it is done.`);
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

function tryToTake(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${basename(process.argv[1] ?? 'node')}`, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
