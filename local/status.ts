import { localTarget, resolveTarget, STATE_FOLDER, type Target } from '../deployment/target.ts';
import { isAnswering } from './emulator.ts';
import { readEmulatorState, runningEmulator } from './emulator-state.ts';
import { emulatorLog, searchLog } from './paths.ts';
import { knownSearch } from './search/ensure-search.ts';
import { answeringVersion } from './search/search-server.ts';
import { searchState } from './search/search-state.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';
import { describeStacks } from './stacks.ts';

/** Prints what runs locally, what is deployed there, and where. */
export async function printStatus(): Promise<void> {
  const settings = readLocalSettings();
  const search = await searchRows(settings);
  if (settings.endpoint !== '') {
    const target = resolveTarget({});
    console.log(table([['emulator', target.label], ...search, ...(await stackRows(target))]));
    return;
  }
  const state = runningEmulator(STATE_FOLDER);
  if (state === undefined) {
    console.log(nothingRuns());
    if (searchState.running(STATE_FOLDER) !== undefined) console.log(table(search));
    return;
  }
  const answers = await isAnswering(state.port);
  const rows = [
    ['emulator', `process ${state.pid}, since ${state.startedAt}${answers ? '' : ', DOES NOT ANSWER'}`],
    ['address', `http://localhost:${state.port}`],
    ['presets', Object.keys(state.deployments).join(', ') || 'none deployed'],
    ['log', emulatorLog(STATE_FOLDER)],
    ...search,
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

async function searchRows(settings: LocalSettings): Promise<string[][]> {
  const known = knownSearch({ settings, stateFolder: STATE_FOLDER });
  const state = searchState.read(STATE_FOLDER);
  const hasDied = state !== undefined && searchState.running(STATE_FOLDER) === undefined;
  if (known === undefined)
    return [
      [
        'search',
        hasDied ? `HAS DIED: ${searchLog(STATE_FOLDER)} may say why; \`npm run local -- up\` starts it again` : 'off',
      ],
    ];
  const version = await answeringVersion(known.url);
  const answer =
    version === undefined ? 'DOES NOT ANSWER: wait, or end it and run `npm run local -- up`' : `OpenSearch ${version}`;
  const ours =
    settings.search.url === '' && state !== undefined ? `, process ${state.pid}, since ${state.startedAt}` : '';
  return [['search', `${known.url}, ${answer}${ours}`]];
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
