import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setInterval as every, setTimeout as sleep } from 'node:timers/promises';

import type { Report } from './progress.ts';

/** Longest time that a program gets to end cleanly: the generator writes what it still holds. */
const END_LIMIT_MS = 20_000;
const WATCH_MS = 1_000;

export interface SessionOptions {
  /** Arguments of Node that run the generator; it ends cleanly on SIGINT. */
  readonly generator: readonly string[];
  /** Arguments of Node that run the view, which has the terminal. */
  readonly view: readonly string[];
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes what the generator says: the terminal belongs to the view. */
  readonly generatorLog: string;
  /** What has become of the emulator, for people; nothing while it is well. */
  readonly emulatorProblem: () => string | undefined;
  /** The same of the search server; all else goes on without it. */
  readonly searchProblem: () => string | undefined;
  /** Aborted when a person wants to stop. */
  readonly stop: AbortSignal;
  readonly report: Report;
}

/**
 * Runs the generator and the view until a person stops them, or one of them or the emulator ends by itself. Then ends
 * the view and, with all that it holds written, the generator.
 * @returns exit code: 0 if a person stopped it, else 1
 */
export async function runSession(options: SessionOptions): Promise<number> {
  const generator = await startGenerator(options);
  const view = startProgram(options.view, options, 'inherit');
  const end = new AbortController();
  const search = watchSearch(options, end.signal);
  const complaint = await Promise.race([
    stopped(options.stop),
    viewEnded(view),
    ended(generator).then(() => `The generator has stopped by itself: ${options.generatorLog} says why.`),
    emulatorDied(options),
  ]);
  // The terminal first, so that what follows is not drawn over.
  await endProgram(view);
  end.abort();
  // Once more: the view has drawn over it.
  const withoutSearch = await search;
  if (withoutSearch !== undefined) options.report(withoutSearch);
  if (complaint !== undefined) options.report(complaint);
  await endProgram(generator);
  options.report(`Generator: ${await lastLine(options.generatorLog)}`);
  return complaint === undefined ? 0 : 1;
}

async function startGenerator(options: SessionOptions): Promise<ChildProcess> {
  await mkdir(dirname(options.generatorLog), { recursive: true });
  const log = await open(options.generatorLog, 'w');
  const child = startProgram(options.generator, options, log.fd);
  await log.close();
  return child;
}

function startProgram(
  args: readonly string[],
  { root, env }: SessionOptions,
  output: 'inherit' | number,
): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    env,
    // The generator hears Ctrl-C from us alone, once, and after the view has gone.
    detached: output !== 'inherit',
    stdio: [output === 'inherit' ? 'inherit' : 'ignore', output, output],
  });
}

async function endProgram(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGINT');
  const timeout = new AbortController();
  const patience = sleep(END_LIMIT_MS, undefined, { signal: timeout.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended(child);
  timeout.abort();
  await patience;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit').catch(() => undefined);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stopped(stop: AbortSignal): Promise<undefined> {
  if (!stop.aborted) await once(stop, 'abort');
}

// Ctrl-C reaches the view too, and may end it before we hear of it.
async function viewEnded(view: ChildProcess): Promise<string | undefined> {
  await ended(view);
  const isByPerson = view.exitCode === 0 || view.exitCode === 130 || view.signalCode === 'SIGINT';
  return isByPerson ? undefined : 'The view has stopped by itself.';
}

async function emulatorDied({ emulatorProblem, stop }: SessionOptions): Promise<string | undefined> {
  try {
    for await (const _tick of every(WATCH_MS, undefined, { signal: stop, ref: false })) {
      const problem = emulatorProblem();
      if (problem !== undefined) return problem;
    }
  } catch {
    // Stopped by a person.
  }
  return undefined;
}

/** Says once what is wrong with search. @returns what still is wrong at the end */
async function watchSearch({ searchProblem, report }: SessionOptions, end: AbortSignal): Promise<string | undefined> {
  let said: string | undefined;
  try {
    for await (const _tick of every(WATCH_MS, undefined, { signal: end, ref: false })) {
      const problem = searchProblem();
      if (problem !== undefined && problem !== said) report(problem);
      said = problem;
    }
  } catch {
    // The end.
  }
  return said;
}

async function lastLine(path: string): Promise<string> {
  const said = await readFile(path, 'utf8').catch(() => '');
  // A progress line rewrites itself with carriage returns.
  return (
    said
      .trim()
      .split(/[\r\n]+/)
      .at(-1) || 'said nothing.'
  );
}
