import { localTarget, resolveTarget, type Target } from '../deployment/target.ts';
import { type AppDeployment, bootstrap, deployStacks, synthesize } from './deploy-app.ts';
import { ensureEmulator } from './emulator.ts';
import { type EmulatorState, writeEmulatorState } from './emulator-state.ts';
import { childEnvironment } from './environment.ts';
import { REPO_ROOT } from './paths.ts';
import type { Report } from './progress.ts';
import type { LocalSettings } from './settings.ts';
import { holdLock } from './single-run.ts';
import { describeStacks } from './stacks.ts';

export interface UpOptions {
  readonly preset: string;
  /** Settings of the app as `name=value`. */
  readonly settings: readonly string[];
  readonly local: LocalSettings;
  /** Keeps what runs, what is built, and the logs. */
  readonly stateFolder: string;
  readonly report?: Report;
  /** Gives up early. */
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that the emulator runs and that this preset, as the sources say now, is deployed into it. Quick when that
 * is so already. With AWS_ENDPOINT_URL that emulator is used instead of ours.
 * @throws SetupError in one sentence; what has started by then stays
 */
export async function bringUp(options: UpOptions): Promise<Target> {
  const { local, stateFolder } = options;
  const { local: _local, ...what } = options;
  const app: AppDeployment = { ...what, root: REPO_ROOT, cdkTarget: 'local', isInteractive: false };
  using _lock = holdLock(stateFolder, 'start or deployment');
  if (local.endpoint !== '') return deployTo(resolveTarget({}), app);
  const [emulator, assembly] = await bothOrNeither(app, (either) => [
    prepareEmulator(either, local),
    synthesize(either, childEnvironment(localTarget(local.port))),
  ]);
  const target = localTarget(emulator.port);
  if (emulator.deployments[app.preset] === assembly.fingerprint) return target;
  await deployStacks(app, assembly, target);
  const deployments = { ...emulator.deployments, [app.preset]: assembly.fingerprint };
  await writeEmulatorState(stateFolder, { ...emulator, deployments });
  return target;
}

async function deployTo(target: Target, app: AppDeployment): Promise<Target> {
  // Does it answer at all? Building the stacks takes longer than to ask.
  await describeStacks(target, 'CDKToolkit');
  await deployStacks(app, await synthesize(app, childEnvironment(target)), target);
  return target;
}

async function prepareEmulator(app: AppDeployment, settings: LocalSettings): Promise<EmulatorState> {
  const { stateFolder, report } = app;
  const emulator = await ensureEmulator({ settings, stateFolder, report });
  await bootstrap(app, localTarget(emulator.port));
  return emulator;
}

// Side by side, since each spends most of its time waiting; a fault of one ends the other at once.
async function bothOrNeither<A, B>(
  app: AppDeployment,
  begin: (app: AppDeployment) => readonly [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  const fault = new AbortController();
  const signal = AbortSignal.any([fault.signal, ...(app.signal === undefined ? [] : [app.signal])]);
  try {
    return await Promise.all(begin({ ...app, signal }));
  } catch (error) {
    fault.abort();
    throw error;
  }
}
