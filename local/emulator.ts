import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { SetupError } from '../deployment/command-line.ts';
import { endGroup, untilAnswering } from './background-process.ts';
import {
  type EmulatorState,
  forgetEmulator,
  readEmulatorState,
  runningEmulator,
  WORK_FOLDER_PREFIX,
  writeEmulatorState,
} from './emulator-state.ts';
import { ensureMinistack } from './ministack.ts';
import { emulatorLog } from './paths.ts';
import { requireFreePort } from './ports.ts';
import { type Report, withProgress } from './progress.ts';
import type { LocalSettings } from './settings.ts';

const START_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 10_000;

export interface EmulatorOptions {
  readonly settings: LocalSettings;
  readonly stateFolder: string;
  readonly report?: Report | undefined;
}

/**
 * The running emulator of a state folder; starts one in the background if there is none.
 * @throws SetupError if the port is taken, Python is missing, or the emulator does not answer
 */
export async function ensureEmulator(options: EmulatorOptions): Promise<EmulatorState> {
  const running = runningEmulator(options.stateFolder);
  if (running === undefined) return startEmulator(options);
  if (await isAnswering(running.port)) return running;
  throw new SetupError(
    `The emulator (process ${running.pid}) does not answer on port ${running.port}: stop it with \`npm run local -- down\`, then start again; its log is ${emulatorLog(options.stateFolder)}.`,
  );
}

/** Ends the emulator of a state folder with all its children. @returns whether there was one */
export async function stopEmulator(stateFolder: string): Promise<boolean> {
  const known = readEmulatorState(stateFolder);
  const running = runningEmulator(stateFolder);
  if (running !== undefined) await endGroup(running.pid, running.program, STOP_LIMIT_MS);
  if (known?.workFolder !== undefined) await rm(known.workFolder, { recursive: true, force: true, maxRetries: 3 });
  await forgetEmulator(stateFolder);
  return running !== undefined;
}

/** Whether the emulator answers within ten seconds. */
export async function isAnswering(port: number, limitMs = ANSWER_LIMIT_MS): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`, { signal: AbortSignal.timeout(limitMs) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function startEmulator({ settings, stateFolder, report }: EmulatorOptions): Promise<EmulatorState> {
  // What a dead one has left behind.
  await stopEmulator(stateFolder);
  await requireFreePort(settings.port);
  const program = await ensureMinistack(settings.cacheFolder, report);
  // Outside the checkout: functions run here, and must not find its node_modules.
  const workFolder = await mkdtemp(join(tmpdir(), WORK_FOLDER_PREFIX));
  const child = await spawnMinistack(program, workFolder, { settings, stateFolder });
  if (child.pid === undefined) throw new SetupError(`The emulator could not be started with ${program}.`);
  const state = {
    pid: child.pid,
    port: settings.port,
    program,
    startedAt: new Date().toISOString(),
    startedBy: process.pid,
    workFolder,
    deployments: {},
  };
  await writeEmulatorState(stateFolder, state);
  try {
    await withProgress(
      'Starting the AWS emulator',
      untilHealthy(child, settings.port, emulatorLog(stateFolder)),
      report,
    );
  } catch (error) {
    await stopEmulator(stateFolder);
    throw error;
  }
  child.unref();
  return state;
}

async function spawnMinistack(
  program: string,
  workFolder: string,
  { settings, stateFolder }: EmulatorOptions,
): Promise<ChildProcess> {
  await mkdir(stateFolder, { recursive: true });
  const log = await open(emulatorLog(stateFolder), 'w');
  // Functions inherit this environment, so it holds nothing of the person's own.
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${settings.path}`,
    HOME: settings.home,
    LANG: settings.lang,
    TMPDIR: workFolder,
    STATE_DIR: join(workFolder, 'state'),
    S3_DATA_DIR: join(workFolder, 's3'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(settings.port),
    IOT_MTLS_ENABLED: '0',
    PYTHONUNBUFFERED: '1',
  };
  // A group of its own: Ctrl-C in the terminal must not reach it before the generator has written its last events.
  const child = spawn(program, ['-m', 'ministack'], {
    cwd: workFolder,
    env,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => undefined);
  await log.close();
  return child;
}

function untilHealthy(child: ChildProcess, port: number, log: string): Promise<void> {
  return untilAnswering(child, {
    isAnswering: () => isAnswering(port, 1_000),
    limitMs: START_LIMIT_MS,
    ifEnded: `The emulator stopped while it started: ${log} says why.`,
    ifSilent: `The emulator has not answered on port ${port} for ${START_LIMIT_MS / 1000} s: ${log} says why, or choose another port with GROUNDSWELL_PORT.`,
  });
}
