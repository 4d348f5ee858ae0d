import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { isProgramRunning } from '../deployment/target.ts';
import { SetupError } from '../deployment/command-line.ts';

const POLL_MS = 100;
const KILL_LIMIT_MS = 5_000;

export interface Awaited {
  readonly isAnswering: () => Promise<boolean>;
  readonly limitMs: number;
  /** Sentences for people: it has ended, or it says nothing. */
  readonly ifEnded: string;
  readonly ifSilent: string;
  /** Gives up early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until a program that was just started answers.
 * @throws SetupError if it ends before, or does not answer in time
 */
export async function untilAnswering(child: ChildProcess, awaited: Awaited): Promise<void> {
  const startedAt = performance.now();
  for (; performance.now() - startedAt < awaited.limitMs; await sleep(POLL_MS)) {
    awaited.signal?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) throw new SetupError(awaited.ifEnded);
    if (await awaited.isAnswering()) return;
  }
  throw new SetupError(awaited.ifSilent);
}

/**
 * Ends a program that leads a group of its own, with all its children: asks, and when the time is over does not ask.
 * @param program part of its command line: the pid may be another's by now
 * @throws SetupError if it cannot be ended
 */
export async function endGroup(pid: number, program: string, limitMs: number): Promise<void> {
  if (!isProgramRunning(pid, program)) return;
  signalGroup(pid, 'SIGTERM');
  await untilGone(pid, program, limitMs);
  // Also when it has ended in time: what is left in its group are children that it has forgotten.
  signalGroup(pid, 'SIGKILL');
  if (await untilGone(pid, program, KILL_LIMIT_MS)) return;
  throw new SetupError(`Process ${pid} does not end: it may belong to another user; end it as that user.`);
}

/** Waits until a program has ended. @returns whether it has, within the limit */
async function untilGone(pid: number, program: string, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs && isProgramRunning(pid, program); waitedMs += POLL_MS)
    await sleep(POLL_MS);
  return !isProgramRunning(pid, program);
}

/** Sends a signal to a group of processes, which may have gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
