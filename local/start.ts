import { parseArgs } from 'node:util';

import { STATE_FOLDER, type Target } from '../deployment/target.ts';
import { bringUp } from './bring-up.ts';
import { checkPreset, checkSettings, runCommand, UsageError } from '../deployment/command-line.ts';
import { stopEmulator } from './emulator.ts';
import { readEmulatorState, runningEmulator } from './emulator-state.ts';
import { childEnvironment } from './environment.ts';
import { emulatorLog, generatorLog, REPO_ROOT, searchLog } from './paths.ts';
import { reportToTerminal } from './progress.ts';
import { stopSearchServer } from './search/ensure-search.ts';
import { searchLine } from './search/search-setting.ts';
import { searchState } from './search/search-state.ts';
import { runSession, type SessionOptions } from './session.ts';
import { readLocalSettings } from './settings.ts';

const USAGE = `Usage: npm start -- [--preset trends] [--rate 20] [-c name=value]
Deploys the preset to the local emulator, sends it generated events (--rate: a second), and shows the ranks as they
change. Ctrl-C stops what it has started.`;

interface StartOptions {
  readonly preset: string;
  readonly rate: string;
  readonly settings: readonly string[];
}

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      preset: { type: 'string', default: 'trends' },
      rate: { type: 'string', default: '20' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  if (!(Number(values.rate) > 0))
    throw new UsageError(`--rate is ${JSON.stringify(values.rate)}; allowed is a number above 0.`);
  return start({
    preset: checkPreset(values.preset),
    rate: values.rate,
    settings: checkSettings(values.context),
  });
});

async function start(options: StartOptions): Promise<number> {
  const stop = abortOnSignals();
  try {
    const { preset, settings } = options;
    const local = readLocalSettings();
    const stateFolder = STATE_FOLDER;
    const report = reportToTerminal;
    const { target, search } = await bringUp({ preset, settings, local, stateFolder, report, signal: stop });
    report(searchLine(search));
    report(`The preset ${preset} is deployed (${target.label}); the first events are on their way.`);
    return await runSession(session(options, target, stop));
  } catch (error) {
    // Whatever was cut off by Ctrl-C has failed because of it.
    if (stop.aborted) return 0;
    throw error;
  } finally {
    const isOurs = readEmulatorState(STATE_FOLDER)?.startedBy === process.pid;
    if (isOurs && (await stopEmulator(STATE_FOLDER))) reportToTerminal('The emulator has stopped.');
    const isOurSearch = searchState.read(STATE_FOLDER)?.startedBy === process.pid;
    if (isOurSearch && (await stopSearchServer(STATE_FOLDER))) reportToTerminal('The search server has stopped.');
  }
}

function session({ preset, rate }: StartOptions, target: Target, stop: AbortSignal): SessionOptions {
  const usesOurs = readLocalSettings().endpoint === '';
  const hadSearch = searchState.running(STATE_FOLDER) !== undefined;
  return {
    generator: ['producers/main.ts', 'generator', '--preset', preset, '--rate', rate],
    view: ['commands/top.ts', '--preset', preset, '--window', 'minute', '--watch'],
    root: REPO_ROOT,
    env: childEnvironment(target),
    generatorLog: generatorLog(STATE_FOLDER),
    emulatorProblem: () =>
      usesOurs && runningEmulator(STATE_FOLDER) === undefined
        ? `The emulator has died: ${emulatorLog(STATE_FOLDER)} may say why; start again.`
        : undefined,
    searchProblem: () =>
      hadSearch && searchState.running(STATE_FOLDER) === undefined
        ? `The search server has died: ${searchLog(STATE_FOLDER)} may say why; \`npm run local -- up\` starts it again with what it has kept.`
        : undefined,
    stop,
    report: reportToTerminal,
  };
}

// A terminal, npm and run.mjs may each send the same Ctrl-C.
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
