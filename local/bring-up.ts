import { localTarget, resolveTarget, type Target } from '../deployment/target.ts';
import { type AppDeployment, bootstrap, deployStacks, synthesize } from './deploy-app.ts';
import { ensureEmulator } from './emulator.ts';
import { type EmulatorState, writeEmulatorState } from './emulator-state.ts';
import { childEnvironment } from './environment.ts';
import { REPO_ROOT } from './paths.ts';
import type { Report } from './progress.ts';
import { ensureSearchServer, planSearch, type Search } from './search/ensure-search.ts';
import { givenSearch, withSearch } from './search/search-setting.ts';
import type { LocalSettings } from './settings.ts';
import { holdLock } from '../deployment/single-run.ts';
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

/** What runs now. */
export interface LocalApp {
  readonly target: Target;
  readonly search: Search;
}

/**
 * Makes sure that the emulator runs, the search server too where there can be one, and that this preset, as the sources
 * say now, is deployed into it. Quick when that is so already. With AWS_ENDPOINT_URL that emulator is used instead of
 * ours.
 * @throws SetupError in one sentence; what has started by then stays
 */
export async function bringUp(options: UpOptions): Promise<LocalApp> {
  const { local, stateFolder } = options;
  const { local: _local, ...what } = options;
  const app: AppDeployment = { ...what, root: REPO_ROOT, cdkTarget: 'local', isInteractive: false };
  using _lock = holdLock(stateFolder, 'start or deployment');
  const planned = givenSearch(app.settings) ?? (await planSearch({ ...app, settings: local }));
  if (local.endpoint !== '') return deployTo(resolveTarget({}), app, await prepareSearch(app, local, planned));
  const env = childEnvironment(localTarget(local.port));
  const [emulator, search, assembly] = await allOrNone(app, (either) => [
    prepareEmulator(either, local),
    prepareSearch(either, local, planned),
    synthesize(searching(either, planned), env),
  ]);
  const target = localTarget(emulator.port);
  // It did not start after all: the app must not look for it.
  const isAsPlanned = 'off' in planned || 'url' in search;
  const wanted = isAsPlanned ? assembly : await synthesize(searching(app, search), env);
  if (emulator.deployments[app.preset] === wanted.fingerprint) return { target, search };
  await deployStacks(app, wanted, target);
  const deployments = { ...emulator.deployments, [app.preset]: wanted.fingerprint };
  await writeEmulatorState(stateFolder, { ...emulator, deployments });
  return { target, search };
}

async function deployTo(target: Target, app: AppDeployment, search: Search): Promise<LocalApp> {
  // Does it answer at all? Building the stacks takes longer than to ask.
  await describeStacks(target, 'CDKToolkit');
  await deployStacks(app, await synthesize(searching(app, search), childEnvironment(target)), target);
  return { target, search };
}

function searching(app: AppDeployment, search: Search): AppDeployment {
  return { ...app, settings: withSearch(app.settings, search) };
}

async function prepareSearch(app: AppDeployment, settings: LocalSettings, planned: Search): Promise<Search> {
  if ('off' in planned || givenSearch(app.settings) !== undefined) return planned;
  return ensureSearchServer({ ...app, settings });
}

async function prepareEmulator(app: AppDeployment, settings: LocalSettings): Promise<EmulatorState> {
  const { stateFolder, report } = app;
  const emulator = await ensureEmulator({ settings, stateFolder, report });
  await bootstrap(app, localTarget(emulator.port));
  return emulator;
}

// Side by side, since each spends most of its time waiting; a fault of one ends the others at once.
async function allOrNone<A, B, C>(
  app: AppDeployment,
  begin: (app: AppDeployment) => readonly [Promise<A>, Promise<B>, Promise<C>],
): Promise<[A, B, C]> {
  const fault = new AbortController();
  const signal = AbortSignal.any([fault.signal, ...(app.signal === undefined ? [] : [app.signal])]);
  try {
    return await Promise.all(begin({ ...app, signal }));
  } catch (error) {
    fault.abort();
    throw error;
  }
}
