import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '..');

/** What is asked nicely and yet does not end, as a Java that hangs, is ended after this. */
const PATIENCE_MS = 5_000;

/**
 * Runs a program of Node in the checkout, with all that it starts in a group of its own: Ctrl-C in the terminal is heard
 * here alone, so that none of them tells of it, and ends them all.
 * @param args of Node, paths from the root of the checkout
 * @param stop ends the group
 * @returns what they said on stdout, when all of them have ended
 * @throws the reason of `stop`
 */
export async function runStoppable(args: readonly string[], stop: AbortSignal): Promise<string> {
  stop.throwIfAborted();
  const child = spawn(process.execPath, [...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalGroup(child.pid, 'SIGTERM');
    timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), PATIENCE_MS);
  };
  stop.addEventListener('abort', end, { once: true });
  try {
    // Whoever is left of the group holds stdout open.
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    stop.throwIfAborted();
    return said;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
  }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}
