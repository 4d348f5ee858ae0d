import { localTarget, resolveTarget, STATE_FOLDER, type Target } from '../deployment/target.ts';
import { isAnswering } from './emulator.ts';
import { readEmulatorState, runningEmulator } from './emulator-state.ts';
import { emulatorLog } from './paths.ts';
import { readLocalSettings } from './settings.ts';
import { describeStacks } from './stacks.ts';

/** Prints what runs locally, what is deployed there, and where. */
export async function printStatus(): Promise<void> {
  if (readLocalSettings().endpoint !== '') {
    const target = resolveTarget({});
    console.log(table([['emulator', target.label], ...(await stackRows(target))]));
    return;
  }
  const state = runningEmulator(STATE_FOLDER);
  if (state === undefined) {
    console.log(nothingRuns());
    return;
  }
  const answers = await isAnswering(state.port);
  const rows = [
    ['emulator', `process ${state.pid}, since ${state.startedAt}${answers ? '' : ', DOES NOT ANSWER'}`],
    ['address', `http://localhost:${state.port}`],
    ['presets', Object.keys(state.deployments).join(', ') || 'none deployed'],
    ['log', emulatorLog(STATE_FOLDER)],
    ...(answers ? await stackRows(localTarget(state.port)) : []),
  ];
  console.log(table(rows));
}

function nothingRuns(): string {
  const dead = readEmulatorState(STATE_FOLDER);
  const start = 'start it with `npm start` or `npm run local -- up`';
  return dead === undefined
    ? `Nothing is running locally: ${start}.`
    : `The emulator of ${dead.startedAt} (process ${dead.pid}) has died: ${emulatorLog(STATE_FOLDER)} may say why; ${start}.`;
}

async function stackRows(target: Target): Promise<string[][]> {
  const stacks = await describeStacks(target);
  const ours = stacks.flatMap(({ StackName = '', StackStatus = '' }) =>
    StackName.startsWith('Groundswell-') ? [[StackName, StackStatus]] : [],
  );
  return ours.length === 0 ? [['stacks', 'none']] : ours.toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
}

function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', ...rest]) => `${name.padEnd(width)}  ${rest.join('  ')}`).join('\n');
}
