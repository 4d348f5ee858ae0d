import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Target } from '../../deployment/target.ts';
import { bringUp } from '../../local/bring-up.ts';
import { stopEmulator } from '../../local/emulator.ts';
import { runningEmulator } from '../../local/emulator-state.ts';
import { childEnvironment } from '../../local/environment.ts';
import { findFreePort } from '../../local/ports.ts';
import { reportToTerminal } from '../../local/progress.ts';
import { readLocalSettings } from '../../local/settings.ts';

// A suite that searches hands in a server of its own, as `searchEndpoint=…`.
const NO_SEARCH = { mode: 'off', port: 0, url: '' } as const;

/** An emulator with the real app in it, that nobody else uses. */
export interface TestEmulator extends AsyncDisposable {
  readonly endpoint: string;
  /** What AWS clients take. */
  readonly target: Target;
  /** Environment of child processes (producers, commands) that act on it. */
  readonly env: NodeJS.ProcessEnv;
  /** Deploys another preset beside the first, with the same settings and more. */
  deploy(preset: string, more?: readonly string[]): Promise<void>;
  /** Ends it and removes all that it has left. */
  stop(): Promise<void>;
}

export interface TestEmulatorOptions {
  /** @default trends */
  readonly preset?: string;
  /** Settings of the app as `name=value`. @default - none */
  readonly settings?: readonly string[];
}

/**
 * Starts an emulator on a free port, with its state in a temporary folder, and deploys the real app into it. With
 * AWS_ENDPOINT_URL the app is deployed into that emulator, and stays there. Takes about ten seconds.
 */
export async function startTestEmulator(options: TestEmulatorOptions = {}): Promise<TestEmulator> {
  const { preset = 'trends', settings = [] } = options;
  const stateFolder = await mkdtemp(join(tmpdir(), 'groundswell-test-'));
  const killAtExit = (): void => killEmulator(stateFolder);
  // A test run that is cut short must not leave an emulator behind.
  process.once('exit', killAtExit);
  const stop = async (): Promise<void> => {
    await stopEmulator(stateFolder);
    await rm(stateFolder, { recursive: true, force: true });
    process.off('exit', killAtExit);
  };
  try {
    const local = { ...readLocalSettings(), port: await findFreePort(), search: NO_SEARCH };
    const deploy = (name: string, more: readonly string[] = []) =>
      bringUp({ preset: name, settings: [...settings, ...more], local, stateFolder, report: reportToTerminal });
    const { target } = await deploy(preset);
    return {
      deploy: async (name, more) => void (await deploy(name, more)),
      endpoint: target.endpoint ?? '',
      target,
      env: childEnvironment(target),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function killEmulator(stateFolder: string): void {
  const running = runningEmulator(stateFolder);
  if (running !== undefined) process.kill(-running.pid, 'SIGKILL');
}
